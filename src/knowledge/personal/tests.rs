use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<(Kind, &str)> {
    find(text).into_iter().map(|found| (found.kind, &text[found.range])).collect()
}

// The numbers are made up: a district code that nobody has, and the examples of the standard.
#[test]
fn identity_numbers_are_found_however_they_are_written() {
    for number in [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "440524188001010014",
    ] {
        assert_eq!(kinds(&format!("我的身份证是{number}，请查")), [(Kind::Identity, number)]);
    }
    assert_eq!(kinds("110105194912310021"), []);
    assert_eq!(kinds("订单号1101051949123100210"), []);
}

#[test]
fn mobile_phones_are_found_however_they_are_written() {
    for number in ["13800138000", "138 0013 8000", "138-0013-8000", "8613800138000", "１３８００１３８０００"]
    {
        assert_eq!(kinds(&format!("电话{number}。")), [(Kind::Mobile, number)]);
    }
    assert_eq!(kinds("+86 138 0013 8000"), [(Kind::Mobile, "86 138 0013 8000")]);
    assert_eq!(kinds("2026 13800138000"), [(Kind::Mobile, "13800138000")]);
}

#[test]
fn landlines_cards_and_marks_are_found() {
    for (text, kind, words) in [
        ("打0571-85251234找我", Kind::Landline, "0571-85251234"),
        ("（010）65251234", Kind::Landline, "010）65251234"),
        ("家里电话是85251234", Kind::Landline, "85251234"),
        ("卡号6222 0200 0000 0000 000", Kind::BankCard, "6222 0200 0000 0000 000"),
        ("车牌浙A·12345停在楼下", Kind::Plate, "浙A·12345"),
        ("粤BD12345是我的", Kind::Plate, "粤BD12345"),
        ("护照E12345678", Kind::Passport, "E12345678"),
        ("护照EA1234567。", Kind::Passport, "EA1234567"),
        ("发到zhang.san@example.com", Kind::Email, "zhang.san@example.com"),
    ] {
        assert_eq!(kinds(text), [(kind, words)], "{text}");
    }
}

#[test]
fn names_are_found_where_words_say_so() {
    for (text, name) in [
        ("我叫张三，想问公积金", "张三"),
        ("我叫张小三想问公积金", "张小三"),
        ("我叫李想", "李想"),
        ("姓名：欧阳小明，电话不便", "欧阳小明"),
        ("本人王小明，退休", "王小明"),
        ("我叫阿依古丽。", "阿依古丽"),
        ("张女士您好：来信收悉", "张"),
        ("王小明先生您好", "王小明"),
        ("Hello, my name is John Smith and I ask", "John Smith"),
    ] {
        assert_eq!(kinds(text), [(Kind::Name, name)], "{text}");
    }
    for text in ["本人已退休", "我是退休人员", "本人户口在外地", "我是居民", "申请人须携带身份证原件到场"]
    {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn addresses_are_found_down_to_the_door() {
    for (text, address) in [
        ("我住在文一路28号502室，楼上漏水", "文一路28号502室"),
        ("丁香小区3栋2单元", "丁香小区3栋2单元"),
        ("我家在丁香小区 3 幢 2 单元 501", "丁香小区 3 幢 2 单元 501"),
        ("住丁香花园3-2-501的", "丁香花园3-2-501"),
        ("地址：幸福里弄十二号三楼二零一室", "幸福里弄十二号三楼二零一室"),
    ] {
        assert_eq!(kinds(text), [(Kind::Address, address)], "{text}");
    }
    for text in [
        "文一路28号有井盖坏了",
        "请到行政服务中心3楼302室办理",
        "市民之家2楼15号窗口",
        "政发〔2026〕第3号",
        "3栋楼的居民",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn what_anybody_may_know_is_left_alone() {
    for text in
        ["12345", "2026-11-23 12:30", "09.00-12.00 13.00-17.00", "政发〔2026〕12 号", "13800138000123", "400-820-8820"]
    {
        assert_eq!(kinds(text), [], "{text}");
    }
    assert_eq!(kinds("第1380013条 8000"), []);
    assert_eq!(kinds("写信到 renshe@example.gov.cn"), []);
    let unit = Unit {
        phone: "0571-8525 1234".to_owned(),
        address: "市民路18号3楼302室".to_owned(),
        ..Unit::new("hrss", "市人社局")
    };
    let public = Public::of(&[unit]);
    assert_eq!(find_besides("请打057185251234，或到市民路18号3楼302室", &public), []);
    assert_eq!(find_besides("请打0571-85251235", &public).len(), 1);
}

#[test]
fn masked_texts_keep_everything_else() {
    assert_eq!(masked("请打13800138000，谢谢"), "请打***********，谢谢");
    assert_eq!(masked("夜间公交"), "夜间公交");
    let masked = mask("我叫张三，手机13800138000", &Public::default());
    assert_eq!(masked.text, "我叫**，手机***********");
    let pieces: Vec<_> = masked.masks.iter().map(|one| (one.kind, &masked.text[one.range.clone()])).collect();
    assert_eq!(pieces, [(Kind::Name, "**"), (Kind::Mobile, "***********")]);
}

/// Adds the digit that makes digits a card's number.
fn card(digits: &str) -> String {
    let sum: u32 = (0..10).find(|check| super::numbers::find(&format!("{digits}{check}")).len() == 1).unwrap_or(0);
    format!("{digits}{sum}")
}

fn planted() -> impl Strategy<Value = String> {
    prop_oneof![
        "1[3-9][0-9]{9}",
        "0571-[2-8][0-9]{7}",
        "62[0-9]{13}".prop_map(|digits| card(&digits)),
        "[浙京粤]A[0-9]{5}",
        "[a-z]{3,8}@[a-z]{3,8}\\.com",
        "E[0-9]{8}",
        "(文一|解放|人民)路[1-9][0-9]{0,2}号[1-9][0-9]{2}室",
        "(丁香|幸福)小区[1-9]栋[1-9]单元",
        Just("11010519491231002X".to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_and_ranges_fit(text in ".{0,80}") {
        for found in find(&text) {
            prop_assert!(text.get(found.range).is_some());
        }
        let masked = mask(&text, &Public::default());
        prop_assert!(find(&masked.text).is_empty());
        for mask in masked.masks {
            prop_assert!(masked.text[mask.range].chars().all(|c| c == '*'));
        }
    }

    #[test]
    fn what_is_planted_is_never_in_what_is_masked(
        before in "[的了请问什么时候办理，。 ]{0,12}",
        one in planted(),
        between in "[，。；]{1,2}[请问怎么办理]{0,6}",
        name in "[王李张刘陈杨黄赵][小大建国志秀英丽]{1,2}",
        two in planted(),
        after in "[，。；][谢谢请问的了]{0,8}",
    ) {
        let text = format!("{before}{one}{between}我叫{name}，{two}{after}");
        let masked = masked(&text);
        for secret in [&one, &name, &two] {
            prop_assert!(!masked.contains(secret.as_str()), "{secret} is in {masked}");
        }
    }
}
