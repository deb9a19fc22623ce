//! A message as plain text. Pure.

use crate::message::{Block, Outbound, clean};

/// A message as lines of text, each with its line feed. Choices are numbered: the number picks one.
pub fn render(message: &Outbound) -> String {
    let mut lines = Vec::new();
    for block in &message.blocks {
        match block {
            Block::Text { text } => lines.extend(split(text, "")),
            Block::Heading { text } => lines.extend(split(text, "# ")),
            Block::Quote { text } => lines.extend(split(text, "│ ")),
            Block::List { lines: items } => lines.extend(items.iter().flat_map(|item| split(item, "· "))),
            Block::Source { title, lines: about, url } => {
                lines.extend(split(title, "— "));
                lines.extend(about.iter().flat_map(|line| split(line, "  ")));
                lines.extend(split(url, "  ").into_iter().filter(|line| line.trim() != ""));
            }
        }
    }
    for (index, choice) in message.choices.iter().enumerate() {
        lines.extend(split(&choice.label, &format!("{}. ", index + 1)));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// The lines of a text, each behind a mark. What would steer the terminal (escape sequences) is left out.
fn split(text: &str, mark: &str) -> Vec<String> {
    text.split('\n').map(|line| format!("{mark}{}", clean(line))).map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Choice;

    #[test]
    fn an_answer_in_plain_text() {
        let message = Outbound {
            blocks: vec![
                Block::Heading { text: "高龄津贴".into() },
                Block::Quote { text: "第一条\n\n第二条\u{1b}[2J".into() },
                Block::Source {
                    title: "《办法》".into(),
                    lines: vec!["市民政局".into(), "现行有效".into()],
                    url: "https://example.gov.cn/1".into(),
                },
                Block::List { lines: vec!["甲".into(), "乙".into()] },
                Block::Text { text: "有帮助吗？".into() },
            ],
            choices: ["有", "没有"].map(|label| Choice { label: label.into(), action: "x".into() }).into(),
            ..Outbound::default()
        };
        assert_eq!(
            render(&message),
            "# 高龄津贴\n│ 第一条\n│\n│ 第二条[2J\n— 《办法》\n  市民政局\n  现行有效\n  https://example.gov.cn/1\n\
             · 甲\n· 乙\n有帮助吗？\n1. 有\n2. 没有\n"
        );
        assert_eq!(render(&Outbound::default()), "");
    }
}
