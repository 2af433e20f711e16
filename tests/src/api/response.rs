//! The answer of a function, unpacked.

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_json::Value;

/// The answer of a function.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: HeaderMap,
    /// The body as a value; null when it is empty or not JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Response {
    /// Returns the text of a header, if there is one.
    ///
    /// # Panics
    /// When the value is not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        Some(value.to_str().expect("our headers are ASCII"))
    }

    /// Returns the JSON pointers in the `errors` of a refusal, in their order.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.filter_map(|it| it["pointer"].as_str()).collect()
    }

    /// Returns the code of a refusal: the last segment of its `type`. Empty for other answers.
    pub fn code(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit(['/', ':', '#']).next().unwrap_or_default()
    }
}

impl From<ApiGatewayV2httpResponse> for Response {
    fn from(response: ApiGatewayV2httpResponse) -> Self {
        let text = text(response.body, response.is_base64_encoded);
        let mut headers = response.headers;
        headers.extend(response.multi_value_headers);
        Self {
            status: u16::try_from(response.status_code).expect("a status has three digits"),
            headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }
}

fn text(body: Option<Body>, is_base64_encoded: bool) -> String {
    let bytes = match body {
        None | Some(Body::Empty) => Vec::new(),
        Some(Body::Text(text)) if is_base64_encoded => {
            STANDARD.decode(text).expect("the body is base64")
        }
        Some(Body::Text(text)) => text.into_bytes(),
        Some(Body::Binary(bytes)) => bytes,
        Some(other) => panic!("a body of an unknown kind: {other:?}"),
    };
    String::from_utf8(bytes).expect("our bodies are UTF-8")
}
