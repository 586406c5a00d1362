//! Records in words: days, ages, states.

use claim::{ClaimDecision, ClaimStatus, EncounterStatus, PayerSequence};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use store::remittance::{RemittanceClaimState, RemittanceRecord, RemittanceState};

use crate::view::part::{Choice, Tag};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `March 2, 2026`.
#[must_use]
pub fn long_day(on: Date) -> String {
    let month = usize::try_from(on.month() - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default();
    format!("{month} {}, {}", on.day(), on.year())
}

/// `2026-03-02 09:15`, in the hours of the installation's files (UTC).
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(at);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

/// Whole days from one day to another.
#[must_use]
pub fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// `1 day`, `3 days`.
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// A name of the record in words: `claim_number` as `Claim number`.
#[must_use]
pub fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

/// How long something waits: `today`, `3 days`.
#[must_use]
pub fn age(since: Date, today: Date) -> String {
    match days(since, today) {
        ..=0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        n => format!("{n} days"),
    }
}

/// Days left until a last day, coloured: past or within three days is bad, within two weeks a warning.
#[must_use]
pub fn left(last: Date, today: Date) -> Tag {
    match days(today, last) {
        n if n < 0 => Tag::bad(format!("{} past", age(last, today))),
        0 => Tag::bad("last day"),
        n if n <= 3 => Tag::bad(age(today, last)),
        n if n <= 14 => Tag::warn(age(today, last)),
        _ => Tag::open(age(today, last)),
    }
}

/// `1958-04-11, 67 years`.
#[must_use]
pub fn born(on: Date, today: Date) -> String {
    format!("{on}, {}", count(usize::from(claim::age_on(on, today)), "year", "years"))
}

/// Where a visit stands.
#[must_use]
pub fn encounter(status: EncounterStatus) -> Tag {
    match status {
        EncounterStatus::Unsigned | EncounterStatus::Queried => Tag::warn(status.label()),
        EncounterStatus::ToCode | EncounterStatus::Coded => Tag::open(status.label()),
        EncounterStatus::Billed => Tag::good(status.label()),
        EncounterStatus::NotBilled => Tag::bad(status.label()),
    }
}

/// Where a claim stands.
#[must_use]
pub fn claim(status: ClaimStatus) -> Tag {
    match status {
        ClaimStatus::Held | ClaimStatus::Rejected | ClaimStatus::Denied => Tag::bad(status.label()),
        ClaimStatus::Ready | ClaimStatus::Accepted | ClaimStatus::Paid => Tag::good(status.label()),
        ClaimStatus::Draft | ClaimStatus::Finalized => Tag::warn(status.label()),
        ClaimStatus::Submitted | ClaimStatus::Acknowledged | ClaimStatus::Superseded | ClaimStatus::Closed => {
            Tag::open(status.label())
        }
    }
}

/// Where a remittance stands.
#[must_use]
pub fn remittance(record: &RemittanceRecord) -> Tag {
    match record.state {
        RemittanceState::Parked => Tag::bad("Not posted"),
        RemittanceState::Proved => Tag::open("Proved"),
        _ if record.parked_count > 0 => Tag::warn(format!("{} parked", record.parked_count)),
        RemittanceState::Posting => Tag::open("Posting"),
        RemittanceState::Posted => Tag::good("Posted"),
    }
}

/// What a payer decided about a claim.
#[must_use]
pub fn decision(decision: ClaimDecision, is_paid: bool, state: RemittanceClaimState) -> Tag {
    match (state, decision) {
        (RemittanceClaimState::Parked, _) => Tag::warn("Parked"),
        (RemittanceClaimState::Returned, _) => Tag::warn("Not ours, goes back"),
        (RemittanceClaimState::Waiting, _) => Tag::open("Waiting"),
        (_, ClaimDecision::Reversal) => Tag::warn("Reversal"),
        (_, ClaimDecision::NotRecognized) => Tag::bad("Not known to payer"),
        _ if is_paid => Tag::good("Paid"),
        _ => Tag::bad("Not paid"),
    }
}

/// Which payer in the order.
#[must_use]
pub const fn sequence(sequence: PayerSequence) -> &'static str {
    match sequence {
        PayerSequence::Primary => "primary",
        PayerSequence::Secondary => "secondary",
        PayerSequence::Tertiary => "tertiary",
    }
}

/// Options of a select, one of them chosen.
pub fn choices<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    options
        .into_iter()
        .map(|(value, label)| Choice { is_selected: value == chosen, ..Choice::new(value, label) })
        .collect()
}

/// Who did it, for people: the software names its part, people are not named in histories of others.
#[must_use]
pub fn actor(actor: &str, name: impl Fn(&str) -> Option<String>) -> String {
    match actor.split_once(':') {
        Some(("user", id)) => name(id).unwrap_or_else(|| "a user".to_owned()),
        Some(("system", "jobs")) => "the office by itself".to_owned(),
        Some(("system", part)) => format!("the {part}"),
        _ => actor.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_left_change_their_colour_at_their_borders() {
        let today = date(2026, 3, 2);
        let kinds = [-1, 0, 3, 4, 14, 15].map(|n: i64| {
            let last =
                if n < 0 { today.yesterday().unwrap() } else { (0..n).fold(today, |d, _| d.tomorrow().unwrap()) };
            left(last, today).kind
        });
        assert_eq!(kinds, ["bad", "bad", "bad", "warn", "warn", "open"]);
        assert_eq!(left(date(2026, 3, 1), today).label, "1 day past");
        assert_eq!(long_day(today), "March 2, 2026");
        assert_eq!(age(date(2026, 2, 27), today), "3 days");
    }
}
