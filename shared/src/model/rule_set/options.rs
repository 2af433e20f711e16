//! The options that a rule decides by, and the rule set when no rule matches.

use serde::{Deserialize, Serialize, Serializer};

use super::anniversary::{AnniversaryOptions, read_anniversary};
use super::calendar::{CalendarOptions, read_calendar};
use super::limits::PERIOD_DAYS;
use crate::base::json::{Fields, Input, Object, reader};

const CALENDAR: &str = "calendar_expiration_options";
const ANNIVERSARY: &str = "anniversary_expiration_options";

/// The length of a term and of the periods after it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpirationOptions {
    term: Term,
    grace_period: Option<u32>,
    allow_reinstatement: Option<bool>,
    reinstatement_options: Option<ReinstatementOptions>,
}

/// The kind of term and its options. Options of the other kind are kept as they were sent, and
/// ignored.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// In calendar years.
    Calendar {
        /// The options that decide.
        options: CalendarOptions,
        /// The anniversary options as they were sent.
        unused: Option<Object>,
    },
    /// From the day on which it starts.
    Anniversary {
        /// The options that decide.
        options: AnniversaryOptions,
        /// The calendar options as they were sent.
        unused: Option<Object>,
    },
}

/// The reinstatement that may follow the grace period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReinstatementOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    reinstatement_period: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    give_renewal_pricing_during_reinstatement_period: Option<bool>,
}

impl ExpirationOptions {
    /// Returns the kind of term and its options.
    pub fn term(&self) -> &Term {
        &self.term
    }

    /// Returns the days of grace after the last valid day; absent means 0.
    pub fn grace_days(&self) -> u32 {
        self.grace_period.unwrap_or(0)
    }

    /// Returns whether reinstatement is possible after the grace days; absent means no.
    pub fn allows_reinstatement(&self) -> bool {
        self.allow_reinstatement.unwrap_or(false)
    }

    /// Returns the days of reinstatement after the grace days; absent means without end.
    pub fn reinstatement_days(&self) -> Option<u32> {
        self.reinstatement_options.as_ref()?.reinstatement_period
    }
}

impl Serialize for ExpirationOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (expiration_type, calendar, anniversary) = match &self.term {
            Term::Calendar { options, unused } => (
                ExpirationType::Calendar,
                Some(Either::Used(options)),
                unused.as_ref().map(Either::Unused),
            ),
            Term::Anniversary { options, unused } => (
                ExpirationType::Anniversary,
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
    expiration_type: ExpirationType,
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
    Unused(&'a Object),
}

/// The kind of term, as the contract writes it.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExpirationType {
    Calendar,
    Anniversary,
}

pub(super) fn read_options(input: Input<'_>) -> Option<ExpirationOptions> {
    let mut fields = input.fields()?;
    let term = read_term(&mut fields);
    let grace_period = fields.optional("grace_period", |days| days.integer(PERIOD_DAYS));
    let allow_reinstatement = fields.optional("allow_reinstatement", reader::flag);
    let reinstatement_options = fields.optional("reinstatement_options", read_reinstatement);
    fields.finish();
    Some(ExpirationOptions {
        term: term?,
        grace_period,
        allow_reinstatement,
        reinstatement_options,
    })
}

fn read_term(fields: &mut Fields<'_>) -> Option<Term> {
    match fields.required("expiration_type", reader::word) {
        None => {
            // Both are known fields; which of them counts is not known.
            fields.ignore(&[CALENDAR, ANNIVERSARY]);
            None
        }
        Some(ExpirationType::Calendar) => {
            let options = fields.required(CALENDAR, read_calendar);
            let unused = fields.optional(ANNIVERSARY, reader::object);
            Some(Term::Calendar {
                options: options?,
                unused,
            })
        }
        Some(ExpirationType::Anniversary) => {
            let options = fields.required(ANNIVERSARY, read_anniversary);
            let unused = fields.optional(CALENDAR, reader::object);
            Some(Term::Anniversary {
                options: options?,
                unused,
            })
        }
    }
}

fn read_reinstatement(input: Input<'_>) -> Option<ReinstatementOptions> {
    let mut fields = input.fields()?;
    let pricing = "give_renewal_pricing_during_reinstatement_period";
    let options = ReinstatementOptions {
        reinstatement_period: fields
            .optional("reinstatement_period", |days| days.integer(PERIOD_DAYS)),
        give_renewal_pricing_during_reinstatement_period: fields.optional(pricing, reader::flag),
    };
    fields.finish();
    Some(options)
}
