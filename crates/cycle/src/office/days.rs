//! Days: what happens all the time, every day, and when a demo's clock is moved.

use claim::ClaimStatus;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use store::{
    Scope,
    claim::{ClaimFilter, ClaimOrder},
};

use super::{ANSWER_DAYS_MAX, Arrival, JOBS, OPENS, OUTBOX_MAX, Office, OfficeError};
use crate::{CycleError, limits, statements};

impl Office {
    /// Everything between the office and its partners once: carry, let the payers work, take in.
    ///
    /// # Errors
    /// As its parts.
    pub fn exchange(&self) -> Result<Vec<Arrival>, OfficeError> {
        self.carry()?;
        self.payers_work()?;
        // Built-in payers write whole files; others may be at it.
        self.take_in(!self.is_demo()?)
    }

    fn is_demo(&self) -> Result<bool, OfficeError> {
        Ok(self.db.read(&JOBS, Scope::Installation, |tx| Ok::<_, store::StoreError>(tx.is_demo()))?)
    }

    /// Moves a demo's clock to the morning of a day.
    ///
    /// # Errors
    /// Outside a demo, or backwards.
    pub fn begin_day(&self, day: Date) -> Result<(), OfficeError> {
        let opens = TimeZone::UTC
            .to_timestamp(day.at(OPENS, 0, 0, 0))
            .map_err(|error| CycleError::refused(format!("the day {day} cannot be reached: {error}")))?;
        Ok(self.db.write(&JOBS, Scope::Installation, |tx| store::installation::move_clock(tx, opens))?)
    }

    /// What happens every day without anybody: ready claims go out, partners answer, statements are
    /// printed when due, near filing limits become work.
    ///
    /// # Errors
    /// As its parts.
    pub fn run_jobs(&self) -> Result<Vec<Arrival>, OfficeError> {
        for client in self.clients()? {
            self.send_ready(&JOBS, client.id)?;
            self.db.write(&JOBS, Scope::One(client.id), |tx| statements::print_due(tx, &self.library))?;
            self.db.write(&JOBS, Scope::One(client.id), limits::watch)?;
        }
        let arrivals = self.exchange()?;
        self.seal_audit_log()?;
        Ok(arrivals)
    }

    /// What happens all the time without anybody: files go out and come in, near limits become work, the audit log is
    /// chained. A demo's partners wait until its days are moved.
    ///
    /// # Errors
    /// As its parts.
    pub fn tick(&self) -> Result<Vec<Arrival>, OfficeError> {
        let arrivals = if self.is_demo()? { Vec::new() } else { self.exchange()? };
        for client in self.clients()? {
            self.db.write(&JOBS, Scope::One(client.id), limits::watch)?;
        }
        self.seal_audit_log()?;
        Ok(arrivals)
    }

    /// Chains what the audit log has gathered since, client by client.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn seal_audit_log(&self) -> Result<(), OfficeError> {
        self.db.write(&JOBS, Scope::Installation, store::audit::seal_blocks)?;
        for client in self.clients()? {
            self.db.write(&JOBS, Scope::One(client.id), store::audit::seal_blocks)?;
        }
        Ok(())
    }

    /// Moves a demo on by a number of days, each with its jobs; what came in.
    ///
    /// # Errors
    /// As its parts.
    pub fn advance(&self, days: i64) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = self.run_jobs()?;
        for _ in 0..days {
            self.begin_day(self.today()?.saturating_add(1.days()))?;
            arrivals.extend(self.run_jobs()?);
        }
        Ok(arrivals)
    }

    /// Moves a demo on, day by day, until a payer decides something; what came in. It stays where it is when no payer
    /// has anything to answer.
    ///
    /// # Errors
    /// As its parts.
    pub fn advance_to_answer(&self) -> Result<Vec<Arrival>, OfficeError> {
        let mut arrivals = self.run_jobs()?;
        for _ in 0..ANSWER_DAYS_MAX {
            if arrivals.iter().any(is_decision) || !self.is_awaited()? {
                break;
            }
            self.begin_day(self.today()?.saturating_add(1.days()))?;
            arrivals.extend(self.run_jobs()?);
        }
        Ok(arrivals)
    }

    /// True while a claim went out in the last weeks and is not decided.
    fn is_awaited(&self) -> Result<bool, OfficeError> {
        let clients = self.clients()?.into_iter().map(|client| client.id).collect();
        Ok(self.db.read(&JOBS, Scope::Read(clients), |tx| {
            let since = tx.today().saturating_sub(ANSWER_DAYS_MAX.days());
            for status in [ClaimStatus::Submitted, ClaimStatus::Acknowledged, ClaimStatus::Accepted] {
                let under_way = ClaimFilter { status: Some(status), ..ClaimFilter::default() };
                let claims = store::claim::list(tx, &under_way, ClaimOrder::Newest, OUTBOX_MAX, 0)?;
                if claims.iter().any(|claim| claim.submitted_on.is_some_and(|on| since <= on)) {
                    return Ok(true);
                }
            }
            Ok::<_, store::StoreError>(false)
        })?)
    }
}

fn is_decision(arrival: &Arrival) -> bool {
    arrival.outcome.as_ref().is_ok_and(|intake| intake.rejected > 0 || !intake.remittances.is_empty())
}
