//! Passwords: checked for strength, stored as argon2id hashes.

use argon2::{
    Argon2, PasswordHasher as _, PasswordVerifier as _,
    password_hash::phc::{PasswordHash as Phc, Salt},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::id::Entropy;

/// The shortest password that is taken, in characters.
pub const MIN_LENGTH: usize = 10;

/// The hash of a password, as stored.
#[derive(Clone)]
pub struct PasswordHash(String);

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer than [`MIN_LENGTH`] characters.
    #[error("a password needs at least {MIN_LENGTH} characters")]
    TooShort,
    /// Longer than anybody types; hashing it would be an attack.
    #[error("a password has at most 200 characters")]
    TooLong,
    /// The hash could not be computed.
    #[error("the password could not be hashed")]
    Hashing,
}

impl PasswordHash {
    /// Hashes a password. Takes tens of milliseconds of processor time, on purpose.
    pub fn of(password: &SecretString, entropy: &dyn Entropy) -> Result<Self, PasswordRefusal> {
        let password = password.expose_secret();
        match password.chars().count() {
            0..MIN_LENGTH => return Err(PasswordRefusal::TooShort),
            201.. => return Err(PasswordRefusal::TooLong),
            _ => {}
        }
        let mut bytes = [0u8; 16];
        entropy.fill(&mut bytes);
        let salt = Salt::new(&bytes).map_err(|_| PasswordRefusal::Hashing)?;
        let hash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), salt.as_ref())
            .map_err(|_| PasswordRefusal::Hashing)?;
        Ok(Self(hash.to_string()))
    }

    /// A hash as it was stored.
    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the password's hash.
    pub fn matches(&self, password: &SecretString) -> bool {
        Phc::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::SystemEntropy;

    #[test]
    fn only_the_right_password_fits() {
        let hash = PasswordHash::of(&"correct horse".to_owned().into(), &SystemEntropy).unwrap();
        assert!(hash.matches(&"correct horse".to_owned().into()));
        assert!(!hash.matches(&"correct house".to_owned().into()));
        assert!(hash.as_str().starts_with("$argon2id$"));
    }

    #[test]
    fn a_short_password_is_refused() {
        let refused = PasswordHash::of(&"short".to_owned().into(), &SystemEntropy);
        assert_eq!(refused.err(), Some(PasswordRefusal::TooShort));
    }
}
