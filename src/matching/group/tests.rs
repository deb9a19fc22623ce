use proptest::prelude::*;

use super::*;

#[test]
fn copies_are_found_and_others_kept_apart() {
    let groups = group(&[
        "建议延长夜间公交运营时间，方便加班的人回家",
        "老小区加装电梯应当由居民投票决定",
        "本人意见：建议延长夜间公交公交运营时间，方便加班的人回家！",
        "支持！老小区加裝電梯應當由居民投票決定",
        "老小区加装电梯不应当由居民投票决定",
        "建议延长夜间公交运营时间，方便加班人回家",
    ]);
    assert_eq!(groups, [0, 1, 0, 1, 4, 0]);
}

#[test]
fn numbers_make_a_difference() {
    assert_eq!(group(&["停车费每小时不超过5元比较合适", "停车费每小时不超过8元比较合适"]), [0, 1]);
}

#[test]
fn a_greeting_or_a_sentence_more_or_less_is_a_copy_and_a_reservation_is_not() {
    let text = "城东区老码头的渡船已经停了两个月。每天上班要绕路一个小时。请尽快恢复渡船。";
    for copy in [
        "领导您好，我是城东区的居民。城东区老码头的渡船已经停了两个月。每天上班要绕路一个小时。请尽快恢复渡船。谢谢！",
        "城东区老码头的渡船已经停了两个月。请尽快恢复渡船。",
        "城西区老码头的渡船已经停了两个月，每天上班要绕路一个小时，请尽快恢复渡船",
    ] {
        assert_eq!(group(&[text, copy]), [0, 0], "{copy}");
        assert_eq!(group(&[copy, text]), [0, 0], "{copy}");
    }
    let reserved = "支持新建地铁四号线经过城东区，方便沿线居民出行。但施工期间要保留公交。";
    assert_eq!(group(&["支持新建地铁四号线经过城东区，方便沿线居民出行。", reserved]), [0, 1]);
}

#[test]
fn one_odd_text_does_not_join_two_groups() {
    let groups = group(&[
        "图书馆周末开放到晚上九点吗",
        "体育馆周末开放到晚上九点吗还收费吗",
        "图书馆周末开放到晚上九点吗还收费吗",
        "图书馆周末开放到晚上九点吗",
    ]);
    assert_eq!(groups[3], 0);
    assert_eq!((groups[0], groups[1]), (0, 1));
}

#[test]
fn restored_samples_find_what_the_first_ones_found() {
    let texts = ["夜间公交什么时候开通", "夜间公交何时开通", "社保卡丢了怎么补办", "请问夜间公交什么时候能开通？"];
    let mut first = Copies::new();
    let mut again = Copies::new();
    for text in texts {
        let placed = first.add(text);
        if placed.sample {
            again.restore(text, placed.group);
        }
    }
    for text in ["夜间公交什么时候开通呀", "社保卡丢了怎么补办啊", "图书馆几点开门"] {
        assert_eq!(first.add(text), again.add(text), "{text}");
    }
}

#[test]
fn what_is_not_kept_is_forgotten_and_numbers_stay() {
    let mut copies = Copies::new();
    let (bus, card) = (copies.add("夜间公交什么时候开通"), copies.add("社保卡丢了怎么补办"));
    copies.retain(|group| group == card.group);
    assert_eq!(copies.samples(), 1);
    assert_eq!(copies.add("请问社保卡丢了怎么补办").group, card.group);
    let back = copies.add("夜间公交什么时候开通");
    assert!(back.group > card.group && back.group != bus.group);
}

#[test]
fn a_campaign_keeps_few_samples() {
    let mut copies = Copies::new();
    for at in 0..500 {
        let mut text: Vec<char> = "城东区老码头的渡船已经停了很久希望尽快恢复渡船的运营".chars().collect();
        text.remove(at % 20 + 5);
        text.insert(at % 17, '啊');
        assert_eq!(copies.add(&text.iter().collect::<String>()).group, 0);
    }
    assert!(copies.samples() <= SAMPLES);
}

#[test]
fn hostile_input_is_survived() {
    assert!(group::<&str>(&[]).is_empty());
    assert_eq!(group(&["", "", "😀", "支持", "支持"]), [0, 0, 0, 3, 3]);
    let long = "啊".repeat(500_000);
    assert_eq!(group(&[long.as_str(), long.as_str()]), [0, 0]);
}

/// Opinions that have no characters in common.
const APART: [&str; 5] = [
    "夜间公交线路运营时间太短",
    "老旧小区加装电梯补贴标准",
    "中学食堂饭菜质量需要检查",
    "垃圾分类投放点位设置偏远",
    "河边步道灯光照明常年损坏",
];

proptest! {
    /// Copies of texts that have nothing in common are grouped the same in whatever order they come.
    #[test]
    fn order_makes_no_difference_to_texts_that_are_far_apart(
        order in Just((0..APART.len() * 4).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let said: Vec<(usize, String)> = order
            .iter()
            .map(|at| {
                let text = APART[at % APART.len()];
                let said = match at / APART.len() {
                    0 => text.to_owned(),
                    1 => format!("您好，{text}！"),
                    2 => format!("本人意见：{text}"),
                    _ => text.chars().flat_map(|c| [c, '，']).collect(),
                };
                (at % APART.len(), said)
            })
            .collect();
        let groups = group(&said.iter().map(|(_, text)| text).collect::<Vec<_>>());
        for (a, one) in said.iter().enumerate() {
            for (b, other) in said.iter().enumerate() {
                prop_assert_eq!(groups[a] == groups[b], one.0 == other.0, "{} | {}", one.1, other.1);
            }
        }
    }

    /// One by one or all at once, twice or once: the same groups, each named after its first member.
    #[test]
    fn one_by_one_is_the_same_as_all_at_once(texts in prop::collection::vec("[公交电梯路灯不修吗0-9，。]{0,12}", 0..40)) {
        let all = group(&texts);
        prop_assert_eq!(&all, &group(&texts));
        let mut copies = Copies::new();
        let mut firsts = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let found = copies.add(text).group;
            if found == firsts.len() {
                firsts.push(at);
            }
            prop_assert_eq!(firsts[found], all[at]);
            prop_assert!(all[at] <= at && all[all[at]] == all[at]);
        }
    }

    /// The bound by which samples are passed over is never below their likeness.
    #[test]
    fn nothing_alike_is_passed_over(a in "[公交电梯路灯修，。]{1,30}", b in "[公交电梯路灯修，。]{1,30}") {
        let (one, other) = (Text::new(&a), Text::new(&b));
        let pairs = |text: &Text| text.chars.windows(2).map(|w| (w[0], w[1])).collect::<std::collections::BTreeSet<_>>();
        let (pa, pb) = (pairs(&one), pairs(&other));
        let likeness = edit_likeness(&one.chars, &other.chars);
        if likeness >= COPY && one.chars != other.chars {
            let shared = pa.intersection(&pb).count();
            let bound = one.at_most(&other, shared, (pa.len(), pb.len()));
            prop_assert!(bound >= likeness - 1e-9, "{a} | {b}: {likeness} but {bound}");
        }
        if one.likeness(&other) >= COPY {
            let shared = pa.intersection(&pb).count();
            // Texts of one character have no pairs; equal ones are found without comparing.
            prop_assert!(shared == 0 || shared >= one.at_least(pa.len()), "{a} | {b}: share {shared}");
        }
    }
}
