//! The schema of a rule set for the OpenAPI document. The model reads and writes rule sets by hand,
//! so that invalid ones cannot exist. This schema shows them as a client sees them.

#![expect(dead_code, reason = "these types are only described, never made")]

use shared::base::json::Object;
use shared::model::system::SystemFields;
use utoipa::ToSchema;

/// Decides when credits expire: by the first rule whose conditions hold, or else by the default.
#[derive(ToSchema)]
#[schema(as = ExpirationRuleSet)]
pub(crate) struct RuleSetSchema {
    /// Given by the server.
    id: Option<String>,
    /// The name that people know it by.
    name: String,
    /// At most 100, tried in this order.
    rules: Option<Vec<RuleSchema>>,
    /// The options that decide when no rule matches.
    default_expiration_options: ExpirationOptionsSchema,
    /// `false`: the rule set can be read, and decides nothing.
    #[schema(default = true)]
    is_active: Option<bool>,
    #[schema(inline)]
    #[serde(flatten)]
    system: SystemFields,
}

/// One rule.
#[derive(ToSchema)]
#[schema(as = Rule)]
struct RuleSchema {
    name: String,
    /// A group, `all` or `any`, of leaves (`fact`, `operator`, `value`, `path`) and groups, as in
    /// json-rules-engine.
    #[schema(value_type = Object)]
    matching_conditions: Object,
    /// `false`: the rule is skipped.
    #[schema(default = true)]
    is_enabled: Option<bool>,
    expiration_options: ExpirationOptionsSchema,
}

/// The length of a term, and the periods that follow it. The options of the named type are
/// required.
#[derive(ToSchema)]
#[schema(as = ExpirationOptions)]
struct ExpirationOptionsSchema {
    expiration_type: ExpirationTypeSchema,
    calendar_expiration_options: Option<CalendarSchema>,
    anniversary_expiration_options: Option<AnniversarySchema>,
    /// Days after the last valid day.
    #[schema(minimum = 0, maximum = 36500, default = 0)]
    grace_period: Option<u32>,
    #[schema(default = false)]
    allow_reinstatement: Option<bool>,
    reinstatement_options: Option<ReinstatementSchema>,
}

/// The way to count a term.
#[derive(ToSchema)]
#[schema(as = ExpirationType)]
#[serde(rename_all = "lowercase")]
enum ExpirationTypeSchema {
    Calendar,
    Anniversary,
}

/// The options of a term in calendar years.
#[derive(ToSchema)]
#[schema(as = CalendarExpirationOptions)]
struct CalendarSchema {
    /// The month that a year starts with.
    #[schema(minimum = 1, maximum = 12, default = 1)]
    start_of_calendar_year: Option<u8>,
    /// A month-day, such as `10-01`. After this day the term of the next year is sold.
    sell_for_next_year_after: Option<String>,
    #[schema(minimum = 1, maximum = 1000, default = 1)]
    number_of_years: Option<u16>,
}

/// The options of a term that is counted from the day on which it starts.
#[derive(ToSchema)]
#[schema(as = AnniversaryExpirationOptions)]
struct AnniversarySchema {
    /// After this day of a month the term starts with the next month.
    #[schema(minimum = 1, maximum = 31)]
    sell_for_next_month_after: Option<u8>,
    #[schema(default = false)]
    allow_mid_month_expirations: Option<bool>,
    /// At most 1,000 years.
    #[schema(minimum = 1)]
    term_length: u32,
    term_type: TermTypeSchema,
    #[schema(default = false)]
    enable_fixed_expiration_dates: Option<bool>,
    fixed_expiration_dates: Option<Vec<FixedDateSchema>>,
}

/// The unit of a term.
#[derive(ToSchema)]
#[schema(as = TermType)]
#[serde(rename_all = "lowercase")]
enum TermTypeSchema {
    Days,
    Weeks,
    Months,
    Quarters,
    Years,
}

/// The expiration date of everybody who joins between two month-days, both included.
#[derive(ToSchema)]
#[schema(as = FixedExpirationDate)]
struct FixedDateSchema {
    range_start: String,
    range_end: String,
    expiration_date: String,
}

/// The period after the days of grace.
#[derive(ToSchema)]
#[schema(as = ReinstatementOptions)]
struct ReinstatementSchema {
    /// Days after the grace; absent: without end.
    #[schema(minimum = 0, maximum = 36500)]
    reinstatement_period: Option<u32>,
    give_renewal_pricing_during_reinstatement_period: Option<bool>,
}
