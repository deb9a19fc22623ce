//! Which districts and cities a text names, to say where something is hot.

use crate::matching::places::name_of;
use crate::matching::similar::shared;

/// Words that end like the name of a district and name none.
const ORDINARY: [&str; 25] = [
    "居民区",
    "开发区",
    "保护区",
    "管理区",
    "住宅区",
    "工业区",
    "自治区",
    "服务区",
    "行政区",
    "风景区",
    "生活区",
    "办公区",
    "商业区",
    "无人区",
    "危险区",
    "建成区",
    "老城区",
    "主城区",
    "市城区",
    "老校区",
    "新校区",
    "各区县",
    "老小区",
    "旧小区",
    "新社区",
];
/// Words before 区 or 县 that make no name of it.
const BEFORE: [&str; 14] =
    ["所在", "本", "各", "全", "该", "市", "我们", "这个", "哪个", "每个", "同一", "其他", "居民", "管理"];
/// Texts are read up to this many characters.
const LIMIT: usize = 1_000;

/// The districts (区, 县) and cities that a text names, each once, in the order of the text.
pub fn areas(text: &str) -> Vec<String> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let normal = shared().normalise(&text[..end]);
    let words: Vec<&str> = shared().words(&normal).collect();
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before)).copied().unwrap_or_default();
        let area = match *word {
            "区" | "县" if is_name(before) => Some(format!("{before}{word}")),
            district if is_district(district) => Some(district.to_owned()),
            other => name_of(other).map(str::to_owned),
        };
        found.extend(area.filter(|area| !found.contains(area)));
    }
    found
}

/// Whether a word before 区 or 县 is the name of one.
fn is_name(before: &str) -> bool {
    let length = before.chars().count();
    (2..=3).contains(&length) && before.chars().all(crate::matching::is_han) && !BEFORE.contains(&before)
}

fn is_district(word: &str) -> bool {
    let name = word.strip_suffix(['区', '县']).filter(|name| !BEFORE.contains(name));
    name.is_some_and(|name| (2..=4).contains(&name.chars().count())) && !ORDINARY.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn districts_and_cities_are_named() {
        assert_eq!(areas("城东区和柳溪县的公交，城東區尤其少"), ["城东区", "柳溪县"]);
        assert_eq!(areas("厦门市的补贴"), ["厦门"]);
    }

    #[test]
    fn ordinary_words_name_no_district() {
        for text in ["", "😀", "老旧小区加装电梯", "社区食堂", "偏远山区的学校", "我们所在区的医院", "工业区和居民区"]
        {
            assert_eq!(areas(text), [""; 0], "{text}");
        }
        assert!(areas(&"区".repeat(300_000)).is_empty());
    }
}
