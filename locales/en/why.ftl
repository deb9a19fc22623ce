# ask --why: the evidence, for officials
why-confidence = How sure it is that the first candidate answers the question: { $percent }%
why-candidate = Candidate { $place }: { $title } ({ $document })
why-matched = { "  " }Words found: { $terms }
why-missing = { "  " }Words missing: { $terms }
why-features = { "  " }Features (and what they did to the probability): { $features }
