//! What a rule, or the set without one, decides.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::anniversary::{AnniversaryOptions, read_anniversary};
use super::calendar::{CalendarOptions, read_calendar};
use super::fields::{Fields, Report, read_count, read_flag};
use super::limits::PERIOD_DAYS;
use crate::base::json::Place;

const CALENDAR: &str = "calendar_expiration_options";
const ANNIVERSARY: &str = "anniversary_expiration_options";

/// The length of a term and what follows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpirationOptions {
    term: Term,
    grace_period: Option<u32>,
    allow_reinstatement: Option<bool>,
    reinstatement_options: Option<ReinstatementOptions>,
}

/// How the term is counted. The options of the other kind are kept as they were sent, and ignored.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// In calendar years.
    Calendar {
        /// The options that decide.
        options: CalendarOptions,
        /// What was sent as anniversary options.
        unused: Option<Map<String, Value>>,
    },
    /// From the day on which it starts.
    Anniversary {
        /// The options that decide.
        options: AnniversaryOptions,
        /// What was sent as calendar options.
        unused: Option<Map<String, Value>>,
    },
}

/// What may follow the grace period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReinstatementOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    reinstatement_period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    give_renewal_pricing_during_reinstatement_period: Option<bool>,
}

impl ExpirationOptions {
    /// How the term is counted.
    pub fn term(&self) -> &Term {
        &self.term
    }

    /// Days of grace after the last valid day; 0 unless given.
    pub fn grace_days(&self) -> u32 {
        self.grace_period.unwrap_or(0)
    }

    /// Whether reinstatement is possible after the grace days; no unless given.
    pub fn allows_reinstatement(&self) -> bool {
        self.allow_reinstatement.unwrap_or(false)
    }

    /// Days of reinstatement after the grace days; without end when absent.
    pub fn reinstatement_days(&self) -> Option<u32> {
        self.reinstatement_options.as_ref()?.reinstatement_period
    }
}

impl Serialize for ExpirationOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (expiration_type, calendar, anniversary) = match &self.term {
            Term::Calendar { options, unused } => (
                "calendar",
                Some(Either::Used(options)),
                unused.as_ref().map(Either::Unused),
            ),
            Term::Anniversary { options, unused } => (
                "anniversary",
                unused.as_ref().map(Either::Unused),
                Some(Either::Used(options)),
            ),
        };
        let wire = Wire {
            expiration_type,
            calendar_expiration_options: calendar,
            anniversary_expiration_options: anniversary,
            grace_period: self.grace_period,
            allow_reinstatement: self.allow_reinstatement,
            reinstatement_options: self.reinstatement_options.as_ref(),
        };
        wire.serialize(serializer)
    }
}

// The flat object of the contract.
#[derive(Serialize)]
struct Wire<'a> {
    expiration_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar_expiration_options: Option<Either<'a, CalendarOptions>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anniversary_expiration_options: Option<Either<'a, AnniversaryOptions>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_reinstatement: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reinstatement_options: Option<&'a ReinstatementOptions>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Either<'a, T> {
    Used(&'a T),
    Unused(&'a Map<String, Value>),
}

pub(super) fn read_options(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<ExpirationOptions> {
    let mut fields = Fields::of(value, place, report)?;
    let term = read_term(&mut fields, report);
    let grace_period = fields.optional("grace_period", report, read_count(PERIOD_DAYS));
    let allow_reinstatement = fields.optional("allow_reinstatement", report, read_flag);
    let reinstatement_options =
        fields.optional("reinstatement_options", report, read_reinstatement);
    fields.refuse_the_rest(report);
    Some(ExpirationOptions {
        term: term?,
        grace_period,
        allow_reinstatement,
        reinstatement_options,
    })
}

fn read_term(fields: &mut Fields<'_>, report: &mut Report) -> Option<Term> {
    match fields.required("expiration_type", report, read_expiration_type) {
        None => {
            // Both are known fields; which of them counts is not.
            fields.take(CALENDAR);
            fields.take(ANNIVERSARY);
            None
        }
        Some(ExpirationType::Calendar) => {
            let options = fields.required(CALENDAR, report, read_calendar);
            let unused = fields.optional(ANNIVERSARY, report, read_unused);
            Some(Term::Calendar {
                options: options?,
                unused,
            })
        }
        Some(ExpirationType::Anniversary) => {
            let options = fields.required(ANNIVERSARY, report, read_anniversary);
            let unused = fields.optional(CALENDAR, report, read_unused);
            Some(Term::Anniversary {
                options: options?,
                unused,
            })
        }
    }
}

enum ExpirationType {
    Calendar,
    Anniversary,
}

fn read_expiration_type(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<ExpirationType> {
    match value.as_str() {
        Some("calendar") => Some(ExpirationType::Calendar),
        Some("anniversary") => Some(ExpirationType::Anniversary),
        Some(_) | None => report.fault(place, "must be `calendar` or `anniversary`"),
    }
}

fn read_unused(value: Value, place: &Place<'_>, report: &mut Report) -> Option<Map<String, Value>> {
    match value {
        Value::Object(members) => Some(members),
        _ => report.fault(place, "must be an object"),
    }
}

fn read_reinstatement(
    value: Value,
    place: &Place<'_>,
    report: &mut Report,
) -> Option<ReinstatementOptions> {
    let mut fields = Fields::of(value, place, report)?;
    let pricing = "give_renewal_pricing_during_reinstatement_period";
    let options = ReinstatementOptions {
        reinstatement_period: fields.optional(
            "reinstatement_period",
            report,
            read_count(PERIOD_DAYS),
        ),
        give_renewal_pricing_during_reinstatement_period: fields
            .optional(pricing, report, read_flag),
    };
    fields.refuse_the_rest(report);
    Some(options)
}
