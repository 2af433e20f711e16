//! Which day it is for a tenant, and whether `as_of` is a day that has come.

use std::ops::Bound;

use jiff::civil::Date;
use shared::base::error::{ConflictCode, Error, Violation};
use shared::lifecycle::archival::Todays;
use shared::model::date::CivilDate;

use crate::event::{SweepRequest, refused};
use crate::plan::{PlannedTenant, Tenants};
use crate::setup::Setup;

/// Returns today in the tenant's time zone. One read unit if its settings are not known yet.
///
/// # Errors
/// `unknown-time-zone`, and those of the store.
pub(crate) async fn today_of(setup: &Setup, tenant: &PlannedTenant) -> Result<CivilDate, Error> {
    let zone = match &tenant.settings {
        Some(settings) => settings.zone()?,
        None => setup.table.tenant_settings(&tenant.id).await?.zone()?,
    };
    civil(setup.clock.today(&zone))
}

/// Returns the latest date on earth.
pub(crate) fn latest_today(setup: &Setup) -> Result<CivilDate, Error> {
    civil(Todays::of(&setup.clock).latest)
}

/// Returns whether a day is past or has begun everywhere on earth.
pub(crate) fn has_come_everywhere(setup: &Setup, day: CivilDate) -> bool {
    day.date() <= Todays::of(&setup.clock).earliest
}

/// Refuses an `as_of` that is in the future of a tenant that the request is for. Reads time zones
/// only while that day has begun somewhere on earth and not everywhere.
///
/// # Errors
/// `invalid-request` for a day in the future, and those of the store.
pub(crate) async fn check_as_of(setup: &Setup, request: &SweepRequest) -> Result<(), Error> {
    let Some(as_of) = request.as_of else {
        return Ok(());
    };
    if as_of > latest_today(setup)? {
        return Err(in_the_future());
    }
    if has_come_everywhere(setup, as_of) {
        return Ok(());
    }
    let named = request.tenants.as_deref();
    let mut tenants = Tenants::new(&setup.table, named, Bound::Unbounded);
    while let Some(tenant) = tenants.next().await? {
        match today_of(setup, &tenant).await {
            Ok(today) if as_of > today => return Err(in_the_future()),
            // The run counts this tenant as failed, and sweeps the others.
            Err(error) if is_unknown_zone(&error) => {}
            today => drop(today?),
        }
    }
    Ok(())
}

/// Returns whether the error means that one tenant's today cannot be told.
pub(crate) fn is_unknown_zone(error: &Error) -> bool {
    let code = ConflictCode::UnknownTimeZone;
    matches!(error, Error::Conflict { code: own, .. } if *own == code)
}

fn in_the_future() -> Error {
    let message = "is in the future; leave it out for each tenant's own today";
    refused(Violation::new("/as_of", message))
}

fn civil(date: Date) -> Result<CivilDate, Error> {
    CivilDate::try_from(date).map_err(Error::internal)
}
