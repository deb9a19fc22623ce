//! `[casework]`: how long units have, for the site, by kind of message and by unit; files; when answers are looked at again.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader};
use crate::{
    calendar::OfficeHours,
    casework::{Exception, MessageKind, Terms, Tiers, attachments::Limits},
    knowledge::second_look,
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    accept_working_days: Option<Spanned<u16>>,
    reply_working_days: Option<Spanned<u16>>,
    unhelpful_people: Option<Spanned<u16>>,
    unhelpful_days: Option<Spanned<u16>>,
    pub(super) office_hours: OfficeHours,
    kinds: BTreeMap<MessageKind, WrittenException>,
    units: BTreeMap<String, WrittenException>,
    files: WrittenFiles,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenFiles {
    max_megabytes: Option<Spanned<usize>>,
    per_ticket: Option<Spanned<usize>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenException {
    accept_working_days: Option<Spanned<u16>>,
    reply_working_days: Option<Spanned<u16>>,
}

impl Written {
    /// How many files a ticket may have, and how large.
    pub(super) fn files(&self, reader: &Reader<'_>) -> Result<Limits, ConfigError> {
        let within = |name: &str, written: &Option<Spanned<usize>>| match written {
            Some(count) if !(1..=50).contains(count.get_ref()) => {
                Err(reader.fault(count, format!("casework.files.{name}: between 1 and 50")))
            }
            count => Ok(count.as_ref().map(|count| *count.get_ref())),
        };
        let standard = Limits::default();
        Ok(Limits {
            bytes: within("max_megabytes", &self.files.max_megabytes)?
                .map_or(standard.bytes, |many| many * 1024 * 1024),
            per_ticket: within("per_ticket", &self.files.per_ticket)?.unwrap_or(standard.per_ticket),
        })
    }

    /// When a published answer is worth a second look.
    pub(super) fn second_look(&self, reader: &Reader<'_>) -> Result<second_look::Rule, ConfigError> {
        let within = |name: &str, written: &Option<Spanned<u16>>, most: u16| match written {
            Some(count) if !(1..=most).contains(count.get_ref()) => {
                Err(reader.fault(count, format!("casework.{name}: between 1 and {most}")))
            }
            count => Ok(count.as_ref().map(|count| *count.get_ref())),
        };
        let standard = second_look::Rule::default();
        Ok(second_look::Rule {
            people: within("unhelpful_people", &self.unhelpful_people, 1000)?.unwrap_or(standard.people),
            days: within("unhelpful_days", &self.unhelpful_days, 366)?.unwrap_or(standard.days),
        })
    }

    pub(super) fn check(self, reader: &Reader<'_>) -> Result<Tiers, ConfigError> {
        let days = |section: &str, name: &str, written: Option<Spanned<u16>>| match written {
            Some(days) if !(1..=60).contains(days.get_ref()) => {
                Err(reader.fault(&days, format!("{section}.{name}: between 1 and 60")))
            }
            days => Ok(days.map(Spanned::into_inner)),
        };
        let exception = |section: &str, written: WrittenException| {
            Ok(Exception {
                accept: days(section, "accept_working_days", written.accept_working_days)?,
                reply: days(section, "reply_working_days", written.reply_working_days)?,
            })
        };
        let standard = Terms::default();
        let site = Terms {
            accept: days("casework", "accept_working_days", self.accept_working_days)?.unwrap_or(standard.accept),
            reply: days("casework", "reply_working_days", self.reply_working_days)?.unwrap_or(standard.reply),
        };
        let mut tiers = Tiers { site, ..Tiers::default() };
        for (kind, written) in self.kinds {
            tiers.kinds.insert(kind, exception(&format!("casework.kinds.{}", kind.name()), written)?);
        }
        for (unit, written) in self.units {
            let checked = exception(&format!("casework.units.{unit}"), written)?;
            tiers.units.insert(unit, checked);
        }
        Ok(tiers)
    }
}
