# ask --why：给工作人员看的依据
why-confidence = 首选能答对这个问题的把握：{ $percent }%
why-candidate = 第{ $place }候选：{ $title }（{ $document }）
why-matched = 　对上的词：{ $terms }
why-missing = 　没有的词：{ $terms }
why-features = 　特征（对把握的影响）：{ $features }
