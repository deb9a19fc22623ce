//! What sort of answer a question wants (an amount, a way, a reason …), and which sentences look like one. Two answers
//! about the same matter are told apart by this: one says how much, the other how to apply.
//!
//! Only form is looked at: words of asking, and the figures and words that such answers nearly always hold.

use crate::matching::normalise::is_han;

/// How many sorts are told apart.
pub(crate) const SORTS: usize = 8;

/// The words of asking, by sort. A question may be of several sorts.
const ASKING: [&[&str]; SORTS] = [
    // How much, how many.
    &[
        "多少", "几个", "几名", "几种", "几项", "几人", "费率", "收费", "费用", "金额", "额度", "比例", "标准",
        "combien", "how much", "how many", "montant",
    ],
    // How, where to apply.
    &[
        "如何", "怎么", "怎样", "流程", "手续", "程序", "步骤", "办法", "方式", "哪里", "何处", "在哪", "comment",
        "how do", "how can", "how to",
    ],
    // What is.
    &["何谓", "什么是", "是什么", "是指", "定义", "意思", "什么叫", "含义", "qu'est-ce", "what is", "c'est quoi"],
    // Why.
    &["为什么", "为何", "原因", "何以", "目的", "pourquoi", "why"],
    // Whether.
    &[
        "是否",
        "可否",
        "能否",
        "吗",
        "可不可",
        "能不能",
        "要不要",
        "会不会",
        "需不需",
        "是不是",
        "有没有",
        "有无",
        "est-ce que",
        "puis-je",
        "peut-on",
        "can i",
        "is it",
    ],
    // When, how long.
    &[
        "何时",
        "什么时候",
        "时间",
        "日期",
        "期限",
        "多久",
        "多长",
        "几天",
        "期间",
        "截止",
        "quand",
        "when",
        "how long",
        "delai",
    ],
    // Which ones, on what conditions.
    &[
        "哪些",
        "哪几",
        "哪类",
        "什么条件",
        "条件",
        "资格",
        "文件",
        "材料",
        "证件",
        "内容",
        "措施",
        "要求",
        "对象",
        "范围",
        "quels",
        "quelles",
        "which",
    ],
    // Whom to ask.
    &["电话", "热线", "联系", "联络", "洽询", "哪个部门", "哪个单位", "谁", "单位", "contact", "telephone", "phone"],
];

/// The sorts of answer that a question wants, a bit each. `text` is normalised.
pub(crate) fn wanted(text: &str) -> u16 {
    let mut sorts = 0;
    for (sort, words) in ASKING.iter().enumerate() {
        if words.iter().any(|word| text.contains(word)) {
            sorts |= 1 << sort;
        }
    }
    sorts
}

/// The sorts of answer that a sentence looks like. `text` is normalised; `first` says that nothing stands before it.
pub(crate) fn offered(text: &str, first: bool) -> u16 {
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let figure = text.bytes().any(|b| b.is_ascii_digit());
    let head: String = text.chars().filter(|c| c.is_alphanumeric()).take(6).collect();
    let counted = |units: &str| {
        let mut digit = false;
        text.chars().any(|c| {
            let hit = digit && units.contains(c);
            digit = c.is_ascii_digit() || (digit && (c == ' ' || c == '个'));
            hit
        })
    };
    let listed = text.matches(['、', ';', ':']).count() > 2
        || any(&["(1)", "1.", "1、", "一、", "(一)", "下列", "如下", "以下", "包括"]);
    let checks = [
        figure && (counted("元万亿%人名个件项种张份次年倍折€$") || any(&["免费", "gratuit", "euros"])),
        any(&[
            "请",
            "申请",
            "填",
            "向",
            "至",
            "携带",
            "检附",
            "登录",
            "登入",
            "下载",
            "网址",
            "网站",
            "http",
            "www",
            "拨打",
            "办理",
            "通过",
            "点击",
            "vous pouvez",
            "rendez-vous",
            "you can",
        ]),
        any(&["系指", "是指", "所称", "即", "定义", "简称", "指的是"])
            || (first && (text.contains(",是") || text.contains("系") || text.contains("为"))),
        any(&["因", "由于", "为了", "避免", "保障", "以免", "鉴于", "所以", "parce", "because", "afin"])
            || head.starts_with('为'),
        first
            && ([
                "可以", "不可", "不能", "是的", "否", "需", "无", "不", "会", "得", "有", "没有", "尚", "能", "可",
                "oui", "non", "yes", "no",
            ]
            .iter()
            .any(|word| head.starts_with(word))),
        figure && counted("年月日天时点周分") || any(&["工作日", "随时", "jours", "mois"]),
        listed,
        text.split(|c: char| !c.is_ascii_digit() && c != '-').any(|run| run.len() >= 7)
            || any(&["电话", "转", "联络人", "热线"]),
    ];
    // A heading or a single word offers nothing.
    if text.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).count() < 2 {
        return 0;
    }
    checks.iter().enumerate().fold(0, |sorts, (sort, yes)| sorts | (u16::from(*yes) << sort))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_answers_meet() {
        for (question, answer, other) in [
            ("办证收费多少", "每本收取5元", "请到窗口申请"),
            ("为什么要换证", "因旧证没有芯片", "每本收取5元"),
            ("何时开始报名", "自3月1日起报名", "请到窗口申请"),
            ("可否代办", "可以,须带委托书", "每本收取5元"),
        ] {
            let wanted = wanted(question);
            assert_ne!(wanted, 0, "{question}");
            assert_eq!(wanted & offered(answer, true), wanted, "{question} {answer}");
            assert_ne!(wanted & offered(other, true), wanted, "{question} {other}");
        }
    }

    #[test]
    fn hostile_input_is_survived() {
        for text in ["", "。", "😀", "1"] {
            wanted(text);
            offered(text, true);
        }
    }
}
