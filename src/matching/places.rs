//! Which places a text names: a measure for one province seldom answers a question about another.
//!
//! Provinces and the cities below them are facts of administration (民政部, 行政区划代码); a city speaks for its province. Names
//! that are ordinary words as well (朝阳, 东方) are left out. Only whole words count, so that 南京 in 南京路 does no harm beyond
//! its weight.

use crate::matching::analyse::{Analysed, TokenKind};
use crate::matching::postings::{read_varint, write_varint};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A province with its cities; the number of a province is its place here.
#[rustfmt::skip]
const PROVINCES: [(&str, &str); 34] = [
    ("北京", ""),
    ("天津", ""),
    ("上海", "浦东"),
    ("重庆", ""),
    ("河北", "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安"),
    ("山西", "太原 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁"),
    ("内蒙古", "呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安盟 锡林郭勒 阿拉善"),
    ("辽宁", "沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛"),
    ("吉林", "长春 四平 辽源 通化 松原 白城 延边"),
    ("黑龙江", "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭"),
    ("江苏", "南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁"),
    ("浙江", "杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌"),
    ("安徽", "合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城"),
    ("福建", "福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德"),
    ("江西", "南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶"),
    ("山东", "济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽"),
    ("河南", "郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源"),
    ("湖北", "武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 仙桃 潜江 天门 神农架"),
    ("湖南", "长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西"),
    ("广东", "广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮"),
    ("广西", "南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左"),
    ("海南", "海口 三亚 三沙 儋州"),
    ("四川", "成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山"),
    ("贵州", "贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南"),
    ("云南", "昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆"),
    ("西藏", "拉萨 日喀则 昌都 林芝 山南 那曲 阿里"),
    ("陕西", "西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛"),
    ("甘肃", "兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南"),
    ("青海", "西宁 海东 海北 黄南 果洛 玉树 海西"),
    ("宁夏", "银川 石嘴山 吴忠 固原 中卫"),
    ("新疆", "乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 巴音郭楞 阿克苏 喀什 和田 伊犁 塔城 阿勒泰 石河子"),
    ("香港", ""),
    ("澳门", ""),
    ("台湾", "台北 新北 桃园 台中 台南 高雄 基隆 新竹 嘉义"),
];

/// What may stand behind a name without making it another place.
const SUFFIXES: [&str; 6] = ["特别行政区", "自治区", "自治州", "省", "市", "州"];

/// A name's province, and its own number.
static NAMES: LazyLock<FxHashMap<&str, Place>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    let mut number = 0_u16;
    for (province, (name, cities)) in (0_u8..).zip(PROVINCES) {
        for name in std::iter::once(name).chain(cities.split_whitespace()) {
            names.insert(name, Place { number, province });
            number += 1;
        }
    }
    names
});

/// A place by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    number: u16,
    province: u8,
}

/// The places that a text names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Each province with how often it or a city of it is named, by number; 255 stands for more.
    provinces: Vec<(u8, u8)>,
    /// The distinct places that were named, by number.
    places: Vec<u16>,
}

impl Named {
    /// Adds what `text` names.
    pub(crate) fn add(&mut self, text: &Analysed) {
        for token in text.tokens.iter().filter(|token| token.kind == TokenKind::Word) {
            if let Some(place) = look_up(&token.term) {
                match self.provinces.iter_mut().find(|(province, _)| *province == place.province) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => self.provinces.push((place.province, 1)),
                }
                if !self.places.contains(&place.number) {
                    self.places.push(place.number);
                }
            }
        }
    }

    /// Appends it to bytes, for [`Named::read`].
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        write_varint(into, self.provinces.len() as u64);
        for (province, count) in &self.provinces {
            into.extend([*province, *count]);
        }
        write_varint(into, self.places.len() as u64);
        self.places.iter().for_each(|place| write_varint(into, u64::from(*place)));
    }

    /// What was written at the beginning of `bytes`, and what follows it.
    pub(crate) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let (provinces, rest) = read_varint(bytes);
        let pairs = usize::try_from(provinces).unwrap_or(0).saturating_mul(2);
        let (pairs, rest) = rest.split_at_checked(pairs).unwrap_or_default();
        let (places, mut rest) = read_varint(rest);
        let places = (0..places).map_while(|_| {
            let (place, behind) = read_varint(rest);
            rest = behind;
            u16::try_from(place).ok()
        });
        let places = places.collect();
        let provinces = pairs.as_chunks().0.iter().map(|[province, count]| (*province, *count)).collect();
        (Self { provinces, places }, rest)
    }

    /// Whether no place is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The share, from 0 to 1, of the places of this text that `other` names. 0 where this one names none.
    pub(crate) fn share_in(&self, other: &Self) -> f64 {
        let common = self.places.iter().filter(|place| other.places.contains(place)).count();
        common as f64 / self.places.len().max(1) as f64
    }

    /// The share, from 0 to 1, of all mentions in `other` that are of a province which this text names. 0 where one of them
    /// names none.
    pub(crate) fn weight_in(&self, other: &Self) -> f64 {
        let of = |wanted: &dyn Fn(u8) -> bool| -> f64 {
            other.provinces.iter().filter(|(province, _)| wanted(*province)).map(|(_, count)| f64::from(*count)).sum()
        };
        let all = of(&|_| true);
        if all > 0.0 { of(&|province| self.provinces.iter().any(|(own, _)| *own == province)) / all } else { 0.0 }
    }
}

/// The name of the province or city that a word is, without what stands behind it.
pub(crate) fn name_of(word: &str) -> Option<&'static str> {
    let cut = SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix));
    [Some(word), cut].into_iter().flatten().find_map(|name| NAMES.get_key_value(name).map(|(name, _)| *name))
}

fn look_up(word: &str) -> Option<Place> {
    let names = &*NAMES;
    names.get(word).copied().or_else(|| {
        let cut = SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix))?;
        names.get(cut).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Analyser;

    fn named(text: &str) -> Named {
        let mut named = Named::default();
        named.add(&Analyser::new().analyse(text));
        named
    }

    #[test]
    fn a_city_speaks_for_its_province() {
        let (question, here, elsewhere) = (named("厦门市的补贴"), named("福建省厦门市发布通知"), named("江苏省南京市"));
        assert!((question.share_in(&here) - 1.0).abs() < 1e-9);
        assert!((question.weight_in(&named("福建省泉州市")) - 1.0).abs() < 1e-9);
        assert!(question.weight_in(&elsewhere) < 1e-9 && question.share_in(&elsewhere) < 1e-9);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        let all = [named("福建省厦门市发布通知，南京市、北京市、厦门市、喀什"), Named::default(), named("嘉义")];
        for named in &all {
            named.write(&mut bytes);
        }
        let mut rest: &[u8] = &bytes;
        for named in &all {
            let (read, behind) = Named::read(rest);
            assert_eq!(read, *named);
            rest = behind;
        }
        assert!(rest.is_empty());
        assert!(Named::read(&[]).0.is_empty());
    }

    #[test]
    fn ordinary_words_name_no_place() {
        for text in ["", "社保卡怎么补办", "朝阳产业", "😀"] {
            assert!(named(text).is_empty(), "{text}");
        }
    }
}
