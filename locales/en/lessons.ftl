## Learning from replies
lessons-replies = Replies that could become knowledge
lessons-replies-hint = These replies were sent and nobody has worked on them yet. Once one is reworded and a colleague has published it, the next citizen who asks gets it at once.
lessons-open = Work on { $number }
lessons-published-already = What is published answers this question already:
lessons-decline = Leave out { $number }
lessons-declined = { $by } left it out on { $at }: { $reason }
lessons-again = Answers to look at again
lessons-again-hint = Citizens say that these didn't help. Edit and publish them anew; where nothing is wrong with them, a colleague with the reviewer's role keeps them and says why.
lessons-people = { $count ->
    [one] It didn't help { $count } citizen, who had asked:
   *[other] It didn't help { $count } citizens, who had asked:
}
lessons-said = The citizen says that it solved nothing:
lessons-keep = Keep { $name }
lessons-reason = Reason
lessons-decide = Confirm
lessons-no-reason = Give a reason of at most 500 characters.
lessons-done = Recorded.
