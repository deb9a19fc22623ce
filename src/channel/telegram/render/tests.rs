//! What Telegram's limits ask of the rendering.

use proptest::prelude::*;

use super::*;

fn text(text: impl Into<String>) -> Block {
    Block::Text { text: text.into() }
}

fn parts(blocks: Vec<Block>) -> Vec<String> {
    let message = Outbound { blocks, ..Outbound::default() };
    render(&message).unwrap().into_iter().map(|part| part.html).collect()
}

/// What a person sees of our HTML. Panics on any mark that isn't closed in the same part.
fn visible(html: &str) -> String {
    let (mut out, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            let (tag, tail) = rest[1..].split_once('>').expect("a mark ends");
            rest = tail;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "{html}");
            } else {
                let name = tag.split(' ').next().unwrap();
                assert!(["a", "b", "blockquote"].contains(&name), "{name}");
                open.push(name);
            }
        } else if c == '&' {
            let (name, tail) = rest[1..].split_once(';').expect("an escape ends");
            rest = tail;
            out.push(match name {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                other => panic!("{other}"),
            });
        } else {
            assert_ne!(c, '>');
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    assert!(open.is_empty(), "{html}");
    out
}

fn length(html: &str) -> usize {
    visible(html).encode_utf16().count()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect()
}

#[test]
fn each_kind_of_block_has_its_look() {
    let source = Block::Source {
        title: "《办法》<1>".into(),
        lines: vec!["市人社局".into(), "现行有效".into()],
        url: "https://wz.example/p?a=1&b=\"2\"".into(),
    };
    let blocks = vec![
        Block::Heading { text: "标题 & 题".into() },
        text("您好"),
        Block::Quote { text: "第一条 a<b".into() },
        Block::List { lines: vec!["甲".into(), " ".into(), "乙".into()] },
        source,
    ];
    assert_eq!(
        parts(blocks),
        ["<b>标题 &amp; 题</b>\n您好\n\n<blockquote>第一条 a&lt;b</blockquote>\n• 甲\n• 乙\n\n\
          <a href=\"https://wz.example/p?a=1&amp;b=&quot;2&quot;\">《办法》&lt;1&gt;</a>\n市人社局\n现行有效"]
    );
}

#[test]
fn a_source_without_a_usable_link_is_bold() {
    for url in [String::new(), "javascript:alert(1)".into(), "/p/1".into(), format!("https://{}", "a".repeat(1500))] {
        let source = Block::Source { title: "办法".into(), lines: Vec::new(), url };
        assert_eq!(parts(vec![source]), ["<b>办法</b>"]);
    }
    let untitled = Block::Source { title: " ".into(), lines: Vec::new(), url: "https://wz.example".into() };
    assert_eq!(parts(vec![untitled]), ["<a href=\"https://wz.example\">https://wz.example</a>"]);
}

#[test]
fn the_limit_is_4096() {
    assert_eq!(parts(vec![text("字".repeat(4096))]).len(), 1);
    let two = parts(vec![text("字".repeat(4097))]);
    assert_eq!(two.iter().map(|html| length(html)).collect::<Vec<_>>(), [4096, 1]);
    // Marks don't count, what they say does.
    assert_eq!(parts(vec![Block::Quote { text: "&".repeat(4096) }]).len(), 1);
    assert_eq!(parts(vec![Block::Quote { text: "&".repeat(4097) }]).len(), 2);
    // With what stands between blocks: 4000 + 2 + 94.
    assert_eq!(parts(vec![text("a".repeat(4000)), text("b".repeat(94))]).len(), 1);
    assert_eq!(parts(vec![text("a".repeat(4000)), text("b".repeat(95))]).len(), 2);
}

#[test]
fn a_pair_of_surrogates_stays_together() {
    let split = parts(vec![text(format!("a{}", "😀".repeat(2048)))]);
    assert_eq!(split.iter().map(|html| length(html)).collect::<Vec<_>>(), [4095, 2]);
}

#[test]
fn splits_are_between_blocks_then_between_lines() {
    let long = "b".repeat(200);
    assert_eq!(parts(vec![text("a".repeat(4000)), text(&long)]), ["a".repeat(4000), long.clone()]);
    let lines = format!("{}\n{}\n{}", "a".repeat(2000), "b".repeat(2000), "c".repeat(2000));
    assert_eq!(
        parts(vec![Block::Quote { text: lines }]),
        [
            format!("<blockquote>{}\n{}</blockquote>", "a".repeat(2000), "b".repeat(2000)),
            format!("<blockquote>{}</blockquote>", "c".repeat(2000))
        ]
    );
    // A line that ends exactly at the limit isn't broken.
    assert_eq!(parts(vec![text(format!("{}\nend", "a".repeat(4096)))]), ["a".repeat(4096), "end".into()]);
}

#[test]
fn a_source_is_never_torn() {
    for before in 3990..4097 {
        let source = Block::Source {
            title: "关于印发办法的通知".into(),
            lines: vec!["江政发〔2026〕3号".into(), "市住建局".into()],
            url: "https://wz.example/policies/3".into(),
        };
        let whole = parts(vec![source.clone()]).remove(0);
        let split = parts(vec![text("a".repeat(before)), source]);
        assert!(split.last().unwrap().ends_with(&whole), "{before}");
    }
}

#[test]
fn a_source_larger_than_a_page_loses_nothing() {
    let lines: Vec<String> = (0..100).map(|n| format!("{n}{}", "字".repeat(99))).collect();
    let url = "https://wz.example/policies/3";
    let source = Block::Source { title: "题".into(), lines: lines.clone(), url: url.into() };
    let split = parts(vec![source]);
    assert!(split.len() > 2 && split[0].contains(url));
    let seen: String = split.iter().map(|html| visible(html)).collect();
    assert!(lines.iter().all(|line| seen.contains(line)));
}

#[test]
fn no_part_has_too_many_marks() {
    let blocks = (0..250).map(|n| Block::Heading { text: n.to_string() }).collect();
    let split = parts(blocks);
    assert_eq!(split.iter().map(|html| html.matches("<b>").count()).collect::<Vec<_>>(), [100, 100, 50]);
}

#[test]
fn what_has_no_words_is_refused() {
    for blocks in [vec![], vec![text(" \n\u{200B}")], vec![Block::List { lines: vec![" ".into()] }]] {
        assert_eq!(render(&Outbound { blocks, ..Outbound::default() }), Err(Refusal::Empty));
    }
    assert_eq!(parts(vec![text("\u{200B}".repeat(5000)), text("a"), text("\u{7}")]), ["a"]);
}

fn choice(label: &str, action: &str) -> Choice {
    Choice { label: label.into(), action: action.into() }
}

#[test]
fn choices_are_on_the_last_part_two_a_row_when_short() {
    let message = Outbound {
        blocks: vec![text("字".repeat(5000))],
        choices: vec![
            choice("有帮助", "a"),
            choice("没有帮助", "b"),
            choice("既有住宅加装电梯的补贴标准", "c"),
            choice("好", "d"),
            choice("Yes", "e"),
            choice("No", "f"),
        ],
        ..Outbound::default()
    };
    let rendered = render(&message).unwrap();
    assert!(rendered[0].rows.is_empty());
    let rows: Vec<String> =
        rendered[1].rows.iter().map(|row| row.iter().map(|choice| choice.action.as_str()).collect()).collect();
    assert_eq!(rows, ["ab", "c", "de", "f"]);
}

#[test]
fn choices_that_telegram_cannot_carry_are_refused() {
    let with = |choices| render(&Outbound { blocks: vec![text("?")], choices, ..Outbound::default() }).map(|_| ());
    assert_eq!(with(vec![choice("x", &"a".repeat(64))]), Ok(()));
    assert_eq!(with(vec![choice("x", &"a".repeat(65))]), Err(Refusal::Action));
    assert_eq!(with(vec![choice("x", &"字".repeat(22))]), Err(Refusal::Action));
    assert_eq!(with(vec![choice("x", "")]), Err(Refusal::Action));
    assert_eq!(with(vec![choice(" ", "a")]), Err(Refusal::Label));
    assert_eq!(with(vec![choice("x", "a"); 101]), Err(Refusal::Choices));
}

fn any_block() -> impl Strategy<Value = Block> {
    // Some words many times over, so that all limits are met.
    let words = ("(?s).{0,12}|[&<>\"\n 字😀a]{1,6}", 1..1500usize).prop_map(|(word, times)| word.repeat(times));
    let lines = prop::collection::vec("(?s).{0,40}", 0..60);
    prop_oneof![
        words.clone().prop_map(|text| Block::Text { text }),
        words.clone().prop_map(|text| Block::Heading { text }),
        words.clone().prop_map(|text| Block::Quote { text }),
        prop::collection::vec(words.clone(), 0..3).prop_map(|lines| Block::List { lines }),
        ("(?s).{0,30}", lines, "https://[a-z/&?\"<>]{0,60}").prop_map(|(title, lines, url)| Block::Source {
            title,
            lines,
            url
        }),
        (words, "https://[a-z&\"]{0,2000}").prop_map(|(title, url)| Block::Source { title, lines: Vec::new(), url }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn parts_keep_the_limits_and_lose_no_words(blocks in prop::collection::vec(any_block(), 0..6)) {
        let message = Outbound { blocks, choices: vec![choice("x", "x")], ..Outbound::default() };
        let Ok(rendered) = render(&message) else { return Ok(()) };
        for part in &rendered {
            let seen = visible(&part.html);
            prop_assert!((1..=4096).contains(&seen.encode_utf16().count()));
            prop_assert!(!seen.trim().is_empty());
            prop_assert!(part.html.len() < 32_768);
        }
        prop_assert!(rendered.iter().rev().skip(1).all(|part| part.rows.is_empty()));
        let seen = without_space(&rendered.iter().map(|part| visible(&part.html)).collect::<String>());
        for block in &message.blocks {
            let words = match block {
                Block::Text { text } | Block::Heading { text } | Block::Quote { text } => vec![text.clone()],
                Block::List { lines } => lines.clone(),
                Block::Source { title, lines, .. } => [vec![clean(title)], lines.clone()].concat(),
            };
            for words in words.iter().filter(|words| !clean(words).is_empty()) {
                prop_assert!(seen.contains(&without_space(words)), "{words:?} not in {seen:?}");
            }
        }
    }
}
