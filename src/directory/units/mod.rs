//! Units (责任单位): who is responsible for what, and what becomes of them.

mod lifecycle;
mod records;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use lifecycle::{Entry, Leaving, Refusal, State, leavers, present_on, successor_on};
pub use records::{
    all, entries, entry, find, keep_upload, leaving, present, settle_due, successor, take_upload, update, upsert,
};

/// The code of the unit that runs the installation and dispatches what fits nobody: the government office.
pub const OFFICE: &str = "office";

/// The 26 fields of work that the municipal notice lists by name (part 1, section 1).
pub const FIELDS: [&str; 26] = [
    "城乡规划",
    "重大建设项目",
    "公共资源交易",
    "财政预决算",
    "安全生产",
    "税收管理",
    "农村集体土地征收",
    "国有土地上房屋征收与补偿",
    "保障性住房",
    "农村危房改造",
    "生态环境",
    "公共文化服务",
    "公共法律服务",
    "扶贫",
    "救灾",
    "食品药品监管",
    "城市综合执法",
    "就业",
    "社会保险",
    "社会救助",
    "养老服务",
    "户籍管理",
    "涉农补贴",
    "义务教育",
    "卫生健康",
    "市政服务",
];

/// A unit of the government.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// A short ASCII name that never changes.
    pub code: String,
    /// The full name.
    pub name: String,
    /// The name people see in lists.
    pub short: String,
    /// What else people call it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its fields of work among [`FIELDS`].
    #[serde(default)]
    pub fields: Vec<String>,
    /// What people come to it for, in everyday words.
    #[serde(default)]
    pub duties: String,
    /// The code of the unit that it is part of.
    #[serde(default)]
    pub parent: Option<String>,
    /// The public phone number.
    #[serde(default)]
    pub phone: String,
    /// The public address.
    #[serde(default)]
    pub address: String,
    /// Opening hours, as shown to people.
    #[serde(default)]
    pub hours: String,
    /// Whom the office calls; on no public page, and never sent to a citizen.
    #[serde(default)]
    pub contact: String,
    /// The login of its head, who is told when the unit is silent.
    #[serde(default)]
    pub head: Option<String>,
}

impl Unit {
    /// A unit of which only the names are known.
    pub fn new(code: &str, name: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: name.to_owned(),
            short: name.to_owned(),
            aliases: Vec::new(),
            fields: Vec::new(),
            duties: String::new(),
            parent: None,
            phone: String::new(),
            address: String::new(),
            hours: String::new(),
            contact: String::new(),
            head: None,
        }
    }

    /// Everything that describes the unit, for routing questions to it.
    pub fn profile(&self) -> String {
        let mut parts = vec![self.name.as_str(), &self.short, &self.duties];
        parts.extend(self.aliases.iter().chain(&self.fields).map(String::as_str));
        parts.join("，")
    }
}

/// Whether a text can be a unit's code: lower-case letters, digits and hyphens, at most 40.
pub fn is_code(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(plain)
}
