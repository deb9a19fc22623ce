//! The signatures that receivers check: HMAC with SHA-256, in base64, each platform over something else. Pure.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;

/// The header `webhook-signature` for other systems: over id, time (seconds) and body.
/// <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
pub(super) fn standard(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    format!("v1,{}", hmac(key, format!("{id}.{seconds}.{body}").as_bytes()))
}

/// The parameter `sign` of DingTalk: time (milliseconds) and secret, signed with the secret. It still has to be
/// percent-encoded. <https://open.dingtalk.com/document/robots/customize-robot-security-settings>
pub(super) fn dingtalk(secret: &str, millis: i64) -> String {
    hmac(secret.as_bytes(), format!("{millis}\n{secret}").as_bytes())
}

/// The field `sign` of Feishu: nothing, signed with time (seconds) and secret.
/// <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>
pub(super) fn feishu(secret: &str, seconds: i64) -> String {
    hmac(format!("{seconds}\n{secret}").as_bytes(), b"")
}

fn hmac(key: &[u8], message: &[u8]) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_systems_check_what_the_specification_shows() {
        // The example that the specification's libraries are tested with.
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = standard(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn dingtalk_signs_time_and_secret_with_the_secret() {
        // The documentation's Python, run with its own secret at a fixed time.
        assert_eq!(dingtalk("this is secret", 1_577_808_000_000), "ijHEivi6YiCNPZOq4hZstmvZ3sPfbioAiMhP30ae7W0=");
    }

    #[test]
    fn feishu_signs_nothing_with_time_and_secret() {
        // The documentation's Python, run at the time that it shows.
        assert_eq!(feishu("SECdemo", 1_599_360_473), "UNvK0aHeWrPUMl0ySOUpIoYdvBDU1mnjgkbX5JtMxkk=");
    }
}
