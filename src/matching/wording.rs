//! Words that carry little: greetings and thanks around a question, and the words that merely make it a question.

/// Said before the matter itself. Longer ones first, since the first that fits is taken.
#[rustfmt::skip]
const OPENINGS: &[&str] = &[
    "尊敬的各位领导", "尊敬的领导", "尊敬的书记", "尊敬的市长", "尊敬的局长", "各位领导", "领导您好", "领导你好",
    "书记您好", "市长您好", "领导好", "工作人员您好", "工作人员你好", "工作人员", "您好", "你好", "大家好",
    "打扰一下", "打扰了", "不好意思", "我想请问一下", "我想请问", "我想咨询一下", "我想咨询", "我想问一下",
    "我想问下", "我想问", "我要咨询", "我要问", "想请问一下", "想请问", "想咨询一下", "想咨询下", "想咨询",
    "想问一下", "想问下", "想问", "咨询一下", "咨询下", "请教一下", "请教", "麻烦问一下", "麻烦问下", "麻烦请问",
    "麻烦您", "麻烦", "请问一下", "请问下", "请问", "问一下", "问下", "劳驾", "拜托", "hello", "bonjour", "please",
    "hi",
];

/// Said after the matter itself.
#[rustfmt::skip]
const CLOSINGS: &[&str] = &[
    "非常感谢您", "非常感谢", "十分感谢", "万分感谢", "感谢您", "感谢", "谢谢您", "谢谢了", "谢谢啦", "谢谢你",
    "多谢", "谢谢", "谢了", "麻烦您了", "麻烦了", "辛苦了", "请尽快回复", "请尽快答复", "请回复", "请答复",
    "请予以答复", "望回复", "望答复", "盼复", "期待回复", "希望得到回复", "急急急", "很急", "在线等", "急", "此致",
    "敬礼", "merci", "thanks", "thank you",
];

/// Words and phrases that make a sentence a question or hold it together. They seldom stand in an answer, so their
/// rarity there must not pass for importance.
#[rustfmt::skip]
const WEAK: &[&str] = &[
    "如何", "怎么", "怎么办", "怎样", "怎么样", "什么", "为什么", "为何", "何时", "何处", "何种", "哪里", "哪儿",
    "哪些", "哪个", "哪几", "哪", "几个", "几", "多少", "多久", "多长", "多长时间", "是否", "能否", "可否", "有无",
    "有没有", "是不是", "能不能", "可不可以", "要不要", "会不会", "吗", "呢", "吧", "啊", "呀", "么", "嘛", "了",
    "的", "地", "得", "之", "与", "及", "和", "或", "或者", "以及", "在", "于", "对", "对于", "关于", "有关", "把",
    "被", "让", "给", "向", "从", "到", "由", "为", "是", "有", "也", "都", "就", "还", "又", "再", "才", "却", "但",
    "但是", "而", "而且", "并", "并且", "其", "该", "此", "这", "那", "这个", "那个", "这些", "那些", "我", "我们",
    "你", "你们", "您", "他", "她", "它", "他们", "本人", "想", "要", "请", "可以", "可", "能", "能够", "应", "应该",
    "应当", "需", "需要", "必须", "会", "将", "已", "已经", "正在", "一下", "一些", "一个", "如果", "若", "假如",
    "因为", "所以", "因", "等", "上", "下", "中", "里", "后", "前", "时", "时候", "现在", "目前", "具体", "怎", "何",
    "谁", "主要", "进行", "做", "作", "来", "去", "不", "没", "没有", "无法", "问", "问题", "说", "知道", "了解",
    "咨询", "所", "以", "用", "个", "些", "通过", "根据", "按照", "采取", "包括", "针对",
    // English and French, without accents as the normaliser leaves them.
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "do", "does", "did", "is", "are", "was",
    "were", "be", "can", "could", "should", "would", "may", "must", "will", "i", "my", "me", "we", "our", "you",
    "your", "it", "its", "he", "she", "they", "their", "this", "that", "these", "those", "the", "a", "an", "of",
    "to", "in", "on", "at", "for", "from", "by", "with", "and", "or", "if", "not", "have", "has", "there", "comment",
    "quel", "quelle", "quels", "quelles", "que", "qui", "quoi", "quand", "ou", "pourquoi", "combien", "est", "ce",
    "sont", "etre", "ai", "as", "avez", "ont", "avoir", "puis", "je", "peut", "peuvent", "dois", "doit", "faire",
    "fait", "faut", "il", "elle", "ils", "elles", "on", "nous", "vous", "mon", "mes", "ma", "notre", "nos", "votre",
    "vos", "son", "sa", "ses", "leur", "leurs", "le", "la", "les", "un", "une", "des", "du", "de", "et", "en", "au",
    "aux", "dans", "par", "pour", "sur", "avec", "sans", "pas", "ne", "si", "se", "plus", "cette", "ces", "cet",
    "suis", "va", "t", "y", "d", "l", "j", "s", "c", "n", "m", "qu",
];

/// Takes greetings off the front and thanks off the end of a normalised text; what is between stays untouched.
/// A text that is nothing but politeness comes back whole: there is nothing else to match.
pub fn strip_politeness(text: &str) -> &str {
    let edge = |c: char| !c.is_alphanumeric();
    let mut rest = text.trim_matches(|c: char| c.is_whitespace());
    // Bounded: a text of a million greetings is not worth the walk.
    for _ in 0..8 {
        let before = rest;
        let head = rest.trim_start_matches(edge);
        if let Some(cut) = OPENINGS.iter().find_map(|o| head.strip_prefix(o).filter(|_| whole(o, head))) {
            rest = cut.trim_start_matches(|c: char| edge(c) && !is_opening(c));
        }
        let tail = rest.trim_end_matches(edge);
        if let Some(cut) = CLOSINGS.iter().find_map(|c| tail.strip_suffix(c)) {
            // 着急 and 应急 end in 急 too: a closing stands after a mark or at least a blank.
            if cut.ends_with(edge) || cut.ends_with(['了', '吗', '呢']) || cut.is_empty() {
                rest = cut.trim_end_matches(|c: char| edge(c) && !is_closing(c));
            }
        }
        if rest.is_empty() {
            return text;
        }
        if rest.len() == before.len() {
            break;
        }
    }
    rest
}

/// Whether an opening in Latin letters ends at a word's end (`hi` must not bite into `history`).
fn whole(opening: &str, text: &str) -> bool {
    !opening.is_ascii() || !text[opening.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

fn is_opening(c: char) -> bool {
    matches!(c, '“' | '《' | '「' | '『' | '(' | '[' | '【' | '〔' | '<' | '"')
}

fn is_closing(c: char) -> bool {
    matches!(c, '”' | '》' | '」' | '』' | ')' | ']' | '】' | '〕' | '>' | '"' | '?' | '%')
}

/// The set of weak words, for the analyser to build its look-up from.
pub fn weak_words() -> &'static [&'static str] {
    WEAK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_and_thanks_go() {
        for (from, to) in [
            ("您好,请问社保卡丢了怎么补办?谢谢!", "社保卡丢了怎么补办"),
            ("领导您好,麻烦问下低保怎么申请,急", "低保怎么申请"),
            ("请问一下,户口迁移", "户口迁移"),
            ("社保卡", "社保卡"),
        ] {
            assert_eq!(strip_politeness(from).trim_end_matches('?'), to);
        }
    }

    #[test]
    fn only_politeness_stays_whole() {
        assert_eq!(strip_politeness("您好"), "您好");
        assert_eq!(strip_politeness("谢谢"), "谢谢");
        assert_eq!(strip_politeness(""), "");
    }

    #[test]
    fn words_that_end_alike_are_kept() {
        assert_eq!(strip_politeness("森林防火应急"), "森林防火应急");
        assert_eq!(strip_politeness("history of"), "history of");
    }

    #[test]
    fn endless_greetings_are_bounded() {
        strip_politeness(&"您好".repeat(100_000));
    }
}
