# 政策解读的审核与发布
interpretation-refused-not-owner = 只有责任单位（{ $unit }）的工作人员可以修改。
interpretation-refused-not-reviewer = 只有审核人员可以做这一步。
interpretation-refused-own-text = 自己写的内容不能由自己审核，请同事审核。
interpretation-refused-wrong-state = 内容的状态已经变化，这一步现在不能做，请刷新后再看。
