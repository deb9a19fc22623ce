## Learning from replies
learn-replies = Replies that could become knowledge
learn-replies-hint = These replies were sent and nobody has worked on them yet. Once one is reworded and a colleague has published it, the next citizen who asks gets it at once.
learn-open = Work on { $number }
learn-published-already = What is published answers this question already:
learn-decline = Leave out { $number }
learn-declined = { $by } left it out on { $at }: { $reason }
learn-again = Answers to look at again
learn-again-hint = Citizens say that these didn't help. Edit and publish them anew; where nothing is wrong with them, a colleague with the reviewer's role keeps them and says why.
learn-people = { $count ->
    [one] It didn't help { $count } citizen, who had asked:
   *[other] It didn't help { $count } citizens, who had asked:
}
learn-said = The citizen says that it solved nothing:
learn-keep = Keep { $name }
learn-reason = Reason
learn-decide = Confirm
learn-no-reason = Give a reason of at most 500 characters.
learn-done = Recorded.
