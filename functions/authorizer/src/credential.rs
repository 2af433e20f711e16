//! The credential in the `Authorization` header.

use shared::model::api_key::PresentedKey;

use crate::token::Token;

/// A credential, read without any look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The header is missing, or is neither an API key nor a token.
    None,
    /// A well-formed API key.
    ApiKey(PresentedKey),
    /// A token with an acceptable header.
    Token(Token),
}

impl Credential {
    /// Reads the header: a key alone, or a key or a token after `Bearer` in any case (RFC 9110,
    /// 11.1).
    pub(crate) fn parse(header: Option<&str>) -> Self {
        let header = header.unwrap_or_default().trim_matches(' ');
        match header.split_once(' ') {
            None => key(header).unwrap_or(Self::None),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                let text = rest.trim_start_matches(' ');
                let token = || Token::parse(text).map(Self::Token);
                key(text).or_else(token).unwrap_or(Self::None)
            }
            Some(_) => Self::None,
        }
    }
}

fn key(text: &str) -> Option<Credential> {
    PresentedKey::parse(text).map(Credential::ApiKey)
}

#[cfg(test)]
mod tests {
    use shared::model::api_key::NewApiKey;

    use super::*;

    #[test]
    fn a_key_is_read_alone_and_after_bearer() {
        let key = NewApiKey::new([1; 8], [2; 32]);
        let text = key.reveal();
        for header in [
            text.to_owned(),
            format!(" {text} "),
            format!("Bearer {text}"),
            format!("bearer  {text}"),
        ] {
            let read = Credential::parse(Some(&header));
            assert!(matches!(read, Credential::ApiKey(_)), "{header}");
        }
    }

    #[test]
    fn anything_else_is_not_a_credential() {
        let key = NewApiKey::new([1; 8], [2; 32]);
        let text = key.reveal();
        assert_eq!(Credential::parse(None), Credential::None);
        for header in [
            "".to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Basic {text}"),
            format!("{text},{text}"),
            format!("Bearer {text} {text}"),
            format!("Bearer\t{text}"),
            text.to_uppercase(),
        ] {
            assert_eq!(Credential::parse(Some(&header)), Credential::None);
        }
    }
}
