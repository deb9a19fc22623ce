//! Who sends a request, and whether a form was really filled in on one of our pages.

use axum::{
    extract::{
        Form, FromRequest, FromRequestParts, Multipart, Query, Request, multipart::MultipartError,
        rejection::QueryRejection,
    },
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use jiff::{Timestamp, civil::Date};
use subtle::ConstantTimeEq as _;

use super::{Console, frame::Fault, notices::SHOWN, reader::Reader};
use crate::{
    casework::notices,
    clock::city_date,
    directory::staff::{self, Role, SESSION, StaffMember},
};

/// Holds the session's secret.
pub(super) const COOKIE: &str = "wenzheng_staff";

/// The fields whose words would be a loss; never a password.
const WORTH_KEEPING: [&str; 11] =
    ["note", "text", "remark", "reason", "question", "phrasings", "answer", "words", "place", "duties", "aliases"];

/// A request by a member of staff who is logged in.
#[derive(Clone)]
pub(super) struct Visit {
    /// Their language.
    pub(super) reader: Reader,
    /// Who.
    pub(super) member: StaffMember,
    /// What their forms carry.
    pub(super) csrf: String,
    /// When the request came.
    pub(super) now: Timestamp,
    /// How many notices they haven't seen.
    pub(super) unseen: i64,
}

impl Visit {
    /// The day in the city.
    pub(super) fn today(&self) -> Date {
        city_date(self.now)
    }

    /// How the audit log names them.
    pub(super) fn label(&self) -> String {
        format!("staff:{}", self.member.login)
    }
}

impl FromRequestParts<Console> for Visit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Fault> {
        let now = console.clock.now();
        let log_in = || Fault::LogIn { next: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string) };
        let token = cookie(&parts.headers, COOKIE).ok_or_else(log_in)?;
        let mut connection = console.store.read().await?;
        let session = staff::find_by_session(&mut connection, token, now).await?.ok_or_else(log_in)?;
        if session.member.roles.is_empty() {
            return Err(Fault::NoRole);
        }
        let unseen = notices::count(&mut connection, &session.member, SHOWN).await?;
        Ok(Self { reader: reader(parts)?, member: session.member, csrf: session.csrf, now, unseen })
    }
}

/// A visit by an administrator; for everybody else the page doesn't exist.
pub(super) struct AdministratorVisit(pub(super) Visit);

impl FromRequestParts<Console> for AdministratorVisit {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Fault> {
        let visit = Visit::from_request_parts(parts, console).await?;
        if visit.member.is(Role::Administrator) { Ok(Self(visit)) } else { Err(Fault::NotFound) }
    }
}

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields by name.
    pub(super) fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The words of a field; empty when it is missing.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The same fields with other words in one of them.
    pub(super) fn with(mut self, name: &str, words: String) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), words));
        self
    }

    /// All values of a field, as ticked boxes send them.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What would be a loss.
    pub(super) fn worth_keeping(&self) -> Vec<String> {
        let kept =
            self.0.iter().filter(|(name, value)| WORTH_KEEPING.contains(&name.as_str()) && !value.trim().is_empty());
        kept.map(|(_, value)| value.clone()).collect()
    }
}

/// A form that was filled in on one of our pages by somebody who is logged in. Every POST handler takes it, so that
/// none can forget the check.
pub(super) struct Posted {
    /// Who.
    pub(super) visit: Visit,
    /// What.
    pub(super) fields: Fields,
}

impl FromRequest<Console> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, console).await;
        let foreign = from_elsewhere(&parts.headers);
        let fields = read(Request::from_parts(parts, body), console).await?;
        let visit = match visit {
            Err(Fault::LogIn { .. }) => return Err(Fault::SessionEnded { typed: fields.worth_keeping() }),
            other => other?,
        };
        let fits: bool = fields.get("csrf").as_bytes().ct_eq(visit.csrf.as_bytes()).into();
        if foreign || !fits {
            let typed = if foreign { Vec::new() } else { fields.worth_keeping() };
            return Err(Fault::Forged { typed });
        }
        Ok(Self { visit, fields })
    }
}

/// A file that came with a form which was filled in on one of our pages.
pub(super) struct Uploaded {
    /// Who.
    pub(super) visit: Visit,
    /// What was filled in before the file.
    pub(super) fields: Fields,
    /// What; none where it was larger than the route takes.
    pub(super) file: Option<Upload>,
}

/// A file as the browser sent it.
pub(super) struct Upload {
    /// Its name.
    pub(super) name: String,
    /// The type that the browser declares.
    pub(super) declared: String,
    /// Its content.
    pub(super) bytes: Vec<u8>,
}

impl FromRequest<Console> for Uploaded {
    type Rejection = Fault;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let visit = match Visit::from_request_parts(&mut parts, console).await {
            Err(Fault::LogIn { .. }) => return Err(Fault::SessionEnded { typed: Vec::new() }),
            other => other?,
        };
        let forged = || Fault::Forged { typed: Vec::new() };
        if from_elsewhere(&parts.headers) {
            return Err(forged());
        }
        let mut form =
            Multipart::from_request(Request::from_parts(parts, body), console).await.map_err(|_| Fault::Unreadable)?;
        let mut fields = Fields::default();
        let file = match fields_and_file(&mut form, &mut fields).await {
            Ok(file) => Some(file),
            Err(Some(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => None,
            Err(_) => return Err(Fault::Unreadable),
        };
        // Nothing of a file that is too large is used, so it doesn't matter whether the token had come before.
        let fits: bool = fields.get("csrf").as_bytes().ct_eq(visit.csrf.as_bytes()).into();
        if file.is_some() && !fits {
            return Err(forged());
        }
        Ok(Self { visit, fields, file })
    }
}

/// So many fields may stand before the file.
const FIELDS: usize = 8;

/// The fields of a form, and the file after them. The error is none where it is missing.
async fn fields_and_file(form: &mut Multipart, fields: &mut Fields) -> Result<Upload, Option<MultipartError>> {
    for _ in 0..=FIELDS {
        let field = form.next_field().await?.ok_or(None)?;
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let (name, declared) = (field.file_name().unwrap_or_default(), field.content_type().unwrap_or_default());
            let (name, declared) = (name.to_owned(), declared.to_owned());
            return Ok(Upload { name, declared, bytes: field.bytes().await?.to_vec() });
        }
        fields.0.push((name, field.text().await?));
    }
    Err(None)
}

/// Reads a form's fields.
pub(super) async fn read(request: Request, console: &Console) -> Result<Fields, Fault> {
    let Form(pairs) =
        Form::<Vec<(String, String)>>::from_request(request, console).await.map_err(|_| Fault::Unreadable)?;
    Ok(Fields(pairs))
}

/// Whether the browser says that another site's page sent the request.
pub(super) fn from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// The request's reader, as [`super::frame::frame`] left it.
pub(super) fn reader(parts: &Parts) -> Result<Reader, Fault> {
    parts.extensions.get::<Reader>().cloned().ok_or(Fault::Internal)
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        reader(parts)
    }
}

/// What an address asks for after its `?`. What can't be read is as if it weren't there.
pub(super) type Asking<T> = Result<Query<T>, QueryRejection>;

/// A cookie's value.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        .filter(|value| !value.is_empty())
}

/// The header that hands a session's secret to the browser, or takes it away.
pub(super) fn set_cookie(token: Option<&str>, secure: bool) -> String {
    let seconds = if token.is_some() { SESSION.as_secs() } else { 0 };
    let secure = if secure { "; Secure" } else { "" };
    format!(
        "{COOKIE}={}; Path=/console; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
        token.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; wenzheng_staff_old=no; wenzheng_staff=yes".parse().unwrap());
        assert_eq!(cookie(&headers, COOKIE), Some("yes"));
        assert_eq!(cookie(&headers, "missing"), None);
    }

    #[test]
    fn no_password_is_kept() {
        let fields = Fields::of(&[("password", "secret"), ("text", "答"), ("reason", " ")]);
        assert_eq!(fields.worth_keeping(), ["答"]);
    }
}
