//! Who explains a policy. It follows from how the policy was issued and is never typed in.
//!
//! The rule is in part 3, section 3 of the municipal notice on government transparency: a department's own document is
//! explained by that department; a joint one by the lead department, with which the others cooperate; one in the
//! government's name by the department that drafted it.

use serde::{Deserialize, Serialize};

/// How a policy was issued. Units are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Issued {
    /// In one department's name.
    Department {
        /// The department.
        unit: String,
    },
    /// By several departments together.
    Joint {
        /// The lead unit.
        lead: String,
        /// The cooperating units.
        cooperating: NonEmpty,
    },
    /// In the government's name.
    Government {
        /// The drafting unit.
        drafting: String,
    },
}

/// One or more units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct NonEmpty(Vec<String>);

/// Why units can't have issued something jointly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotJoint {
    /// There is nobody beside the lead.
    #[error("a joint document has at least two units, the lead first")]
    Alone,
    /// A unit is named more than once.
    #[error("the unit {unit} is named twice")]
    Twice {
        /// Which.
        unit: String,
    },
}

impl TryFrom<Vec<String>> for NonEmpty {
    type Error = NotJoint;
    fn try_from(units: Vec<String>) -> Result<Self, NotJoint> {
        if units.is_empty() { Err(NotJoint::Alone) } else { Ok(Self(units)) }
    }
}

impl From<NonEmpty> for Vec<String> {
    fn from(units: NonEmpty) -> Self {
        units.0
    }
}

impl Issued {
    /// Issued by several units, the lead first.
    pub fn joint(units: &[String]) -> Result<Self, NotJoint> {
        let Some((lead, others)) = units.split_first() else { return Err(NotJoint::Alone) };
        if let Some((_, unit)) = units.iter().enumerate().find(|(at, unit)| units[..*at].contains(unit)) {
            return Err(NotJoint::Twice { unit: unit.clone() });
        }
        Ok(Self::Joint { lead: lead.clone(), cooperating: NonEmpty::try_from(others.to_vec())? })
    }

    /// The unit that explains the document and owns its interpretation (the notice, part 3, section 3).
    pub fn owner(&self) -> &str {
        match self {
            Self::Department { unit } => unit,
            Self::Joint { lead, .. } => lead,
            Self::Government { drafting } => drafting,
        }
    }

    /// The units that help the owner to explain it.
    pub fn cooperating(&self) -> &[String] {
        match self {
            Self::Joint { cooperating, .. } => &cooperating.0,
            Self::Department { .. } | Self::Government { .. } => &[],
        }
    }

    /// Every unit that is named.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.owner()).chain(self.cooperating().iter().map(String::as_str))
    }
}

/// 公开属性: the disclosure attribute that a document carries from its drafting on (the notice, part 3, section 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Disclosure {
    /// Released without being asked for. Only these can be searched and quoted.
    Proactive,
    /// Given to those who apply for it.
    OnRequest,
    /// Not released.
    Withheld {
        /// The legal reason, in writing.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(codes: &[&str]) -> Vec<String> {
        codes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn who_explains_follows_from_who_issued() {
        let department = Issued::Department { unit: "hrss".into() };
        assert_eq!((department.owner(), department.cooperating().len()), ("hrss", 0));
        let joint = Issued::joint(&units(&["ecology", "police", "urban"])).unwrap();
        assert_eq!(joint.owner(), "ecology");
        assert_eq!(joint.cooperating(), ["police", "urban"]);
        let government = Issued::Government { drafting: "admin".into() };
        assert_eq!(government.owner(), "admin");
    }

    #[test]
    fn nobody_issues_jointly_alone_or_with_itself() {
        assert_eq!(Issued::joint(&[]), Err(NotJoint::Alone));
        assert_eq!(Issued::joint(&units(&["tax"])), Err(NotJoint::Alone));
        assert_eq!(Issued::joint(&units(&["tax", "tax"])), Err(NotJoint::Twice { unit: "tax".into() }));
        assert!(serde_json::from_str::<Issued>(r#"{"by":"joint","lead":"tax","cooperating":[]}"#).is_err());
    }
}
