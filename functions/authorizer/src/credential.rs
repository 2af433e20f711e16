//! What the `Authorization` header holds.

use shared::model::api_key::PresentedKey;

/// What was sent, as far as it can be told without a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Nothing that could be ours.
    None,
    /// A well-formed API key.
    ApiKey(PresentedKey),
}

impl Credential {
    /// Reads the header: a key as it is, or after `Bearer`.
    pub(crate) fn parse(header: Option<&str>) -> Self {
        let Some(text) = header.and_then(bare) else {
            return Self::None;
        };
        PresentedKey::parse(text).map_or(Self::None, Self::ApiKey)
    }
}

// RFC 9110, 11.1: the scheme's case does not matter.
fn bare(header: &str) -> Option<&str> {
    match header.trim_matches(' ').split_once(' ') {
        None => Some(header.trim_matches(' ')),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
            Some(rest.trim_start_matches(' '))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::model::api_key::NewApiKey;

    use super::*;

    #[test]
    fn a_key_is_read_bare_and_as_bearer() {
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
    fn anything_else_is_no_credential() {
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
