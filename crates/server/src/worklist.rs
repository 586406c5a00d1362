//! The worklists: what waits, for whom, and where it comes from.

use claim::{ClaimStatus, EncounterStatus, Money, ProviderId};
use store::remittance::RemittanceState;
use store::work::WorkCount;
use store::{Role, Tx};

use crate::answer::Fault;
use crate::session::Person;

use Role::{Admin, Auditor, Biller, Coder, FrontDesk, Manager, Poster, Provider};

/// A worklist.
#[derive(Clone, Copy, Debug)]
pub struct Worklist {
    /// Last part of its address.
    pub slug: &'static str,
    /// Name.
    pub label: &'static str,
    /// What one does here.
    pub what: &'static str,
    /// What an empty list means.
    pub empty: &'static str,
    /// Letter after `g`, or empty.
    pub key: &'static str,
    /// Whose list it is.
    pub roles: &'static [Role],
    /// Where its items come from.
    pub source: Source,
}

/// Where the items of a worklist come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Visits that stand there; a clinician sees their own.
    Encounters(EncounterStatus),
    /// Open questions; a clinician sees those to them.
    Queries,
    /// Claims that stand there.
    Claims(ClaimStatus),
    /// Work items of the kinds.
    Work(&'static [&'static str]),
    /// Work items of any kind that no other list shows.
    OtherWork,
    /// Appeals that are not decided.
    Appeals,
    /// Remittances that wait for a person.
    Remittances,
    /// Patients who owe.
    Statements,
}

impl Worklist {
    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/work/{}", self.slug)
    }
}

macro_rules! worklists {
    ($($slug:literal $key:literal $label:literal [$($role:ident),*] $source:expr, $what:literal, $empty:literal;)*) => {
        /// Every worklist, in the order of the work.
        pub const WORKLISTS: &[Worklist] = &[$(Worklist {
            slug: $slug, label: $label, what: $what, empty: $empty, key: $key, roles: &[$($role),*], source: $source,
        },)*];
    };
}

worklists! {
    "to-sign" "u" "To sign" [Provider, FrontDesk, Manager] Source::Encounters(EncounterStatus::Unsigned),
        "Notes without a signature are not billed.", "Every note is signed. New drafts wait here for their author.";
    "queries" "q" "Queries" [Provider, Coder, Manager] Source::Queries,
        "Questions about a note; the visit waits for the answer.", "No question is open.";
    "to-code" "c" "To code" [Coder, Manager] Source::Encounters(EncounterStatus::ToCode),
        "Signed notes: accept, change, reject or query each code.",
        "Every signed note is coded. The next one appears here when it is signed.";
    "to-claim" "t" "To claim" [Biller, Coder, Manager] Source::Encounters(EncounterStatus::Coded),
        "Coded visits whose claim could not be made yet.", "Every coded visit is on a claim.";
    "held" "h" "Held claims" [Biller, Coder, FrontDesk, Manager] Source::Claims(ClaimStatus::Held),
        "An edit failed: correct the claim, or send it with a reason.", "No claim is held.";
    "ready" "b" "Ready to send" [Biller, Manager] Source::Claims(ClaimStatus::Ready),
        "Clean claims that go with the next file.", "No claim waits to be sent.";
    "rejections" "r" "Rejections" [Biller, Manager] Source::Claims(ClaimStatus::Rejected),
        "Refused before anybody decided: correct and send again as an original.", "No claim was refused at the door.";
    "denials" "d" "Denials" [Biller, Manager] Source::Work(&["denial"]),
        "Decided without payment: correct, appeal, accept or bill the patient.", "No denial is open.";
    "appeals" "w" "Appeals" [Biller, Manager] Source::Appeals,
        "Open and filed appeals with their last day.", "No appeal is open.";
    "parked" "m" "Parked remittances" [Poster, Manager] Source::Remittances,
        "Payments that do not add up, or name a claim nobody knows.", "Every remittance is posted.";
    "credits" "k" "Credits" [Poster, Manager] Source::Work(&["credit_balance"]),
        "Somebody paid too much: find out who, and give it back.", "No account has a credit.";
    "statements" "s" "Statements" [FrontDesk, Poster, Manager] Source::Statements,
        "Patients who owe: print a statement or take a payment.", "No patient owes anything.";
    "other" "o" "Other work" [Biller, Poster, Coder, FrontDesk, Provider, Manager] Source::OtherWork,
        "Everything else that somebody has to look at.", "Nothing else waits.";
}

/// A page of records in the rail.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Address.
    pub href: &'static str,
    /// Name.
    pub label: &'static str,
    /// Letter after `g`.
    pub key: &'static str,
    /// Who sees it.
    pub roles: &'static [Role],
}

/// Who reads visits and notes.
pub const CHART: &[Role] = &[Coder, Biller, Manager, Provider, FrontDesk, Auditor];
/// Who reads claims.
pub const CLAIMS: &[Role] = &[Coder, Biller, Poster, Manager, FrontDesk, Auditor];
/// Who reads patients' accounts.
pub const ACCOUNTS: &[Role] = &[Biller, Poster, Manager, FrontDesk, Auditor];
/// Who reads remittances and the practice's figures.
pub const MONEY: &[Role] = &[Biller, Poster, Manager, Auditor];
/// Who reads the figures of a practice.
pub const FIGURES: &[Role] = &[Manager, Auditor, Admin];
/// Who sees how far codes agree with written ones.
pub const AGREEMENT: &[Role] = &[Coder, Manager, Auditor];

/// The pages of records, in order.
pub const RECORDS: &[Record] = &[
    Record { href: "/encounters", label: "Encounters", key: "e", roles: CHART },
    Record { href: "/patients", label: "Patients", key: "p", roles: ACCOUNTS },
    Record { href: "/claims", label: "Claims", key: "l", roles: CLAIMS },
    Record { href: "/remittances", label: "Remittances", key: "i", roles: MONEY },
    Record { href: "/library", label: "Code library", key: "y", roles: CHART },
    Record { href: "/manager", label: "Practice", key: "x", roles: FIGURES },
    Record { href: "/agreement", label: "Agreement", key: "a", roles: AGREEMENT },
];

/// The worklists of a person, in order.
pub fn of(person: &Person) -> impl Iterator<Item = &'static Worklist> + '_ {
    WORKLISTS.iter().filter(|list| person.has(list.roles))
}

/// The worklist of a slug.
#[must_use]
pub fn by_slug(slug: &str) -> Option<&'static Worklist> {
    WORKLISTS.iter().find(|list| list.slug == slug)
}

/// The clinician a person is, when they see only their own visits and questions.
///
/// # Errors
/// When the store fails.
pub fn own(tx: &mut Tx<'_>, person: &Person) -> Result<Option<ProviderId>, Fault> {
    if !person.has(&[Provider]) || person.has(&[Coder, Manager, FrontDesk]) {
        return Ok(None);
    }
    let all = store::provider::list(tx)?;
    Ok(all.into_iter().find(|record| record.user_id == Some(person.user.id)).map(|record| record.provider.id))
}

/// True when a kind of work item is shown by a list of its own, or by the list of what it is about.
fn has_own_list(kind: &str) -> bool {
    let elsewhere = ["held_claim", "rejection", "unmatched", "unbalanced"];
    let listed = |list: &Worklist| matches!(list.source, Source::Work(kinds) if kinds.contains(&kind));
    elsewhere.contains(&kind) || WORKLISTS.iter().any(listed)
}

/// True when the item belongs on the list of other work of this person.
#[must_use]
pub fn is_other(kind: &str, owner: Role, person: &Person) -> bool {
    !has_own_list(kind) && person.has(&[owner, Manager])
}

/// How much waits where.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    encounters: Vec<(EncounterStatus, u64)>,
    claims: Vec<(ClaimStatus, u64, Money)>,
    work: Vec<WorkCount>,
    remittances: Vec<(RemittanceState, u64, Money)>,
    queries: usize,
    appeals: usize,
    other: (u64, Money),
    owing: (u64, Money),
}

/// Patients who owe, and how much, for those whose list it is.
fn owing(tx: &mut Tx<'_>, person: &Person) -> Result<(u64, Money), Fault> {
    if !of(person).any(|list| list.source == Source::Statements) {
        return Ok((0, Money::ZERO));
    }
    let sums = crate::room::account::owed_sums(tx)?;
    Ok((sums.len() as u64, sums.values().map(|(_, amount)| *amount).sum()))
}

/// Most items counted one by one.
const COUNTED_MAX: u32 = 500;

impl Counts {
    /// Counts for a person, in the client of the scope.
    ///
    /// # Errors
    /// When the store fails.
    pub fn gather(tx: &mut Tx<'_>, person: &Person) -> Result<Self, Fault> {
        let mine = own(tx, person)?;
        let mut encounters = store::encounter::counts(tx)?;
        if mine.is_some() {
            let status = EncounterStatus::Unsigned;
            let which =
                store::encounter::EncounterFilter { status: Some(status), rendering_id: mine, ..Default::default() };
            let count = store::encounter::list(tx, &which, COUNTED_MAX, 0)?.len() as u64;
            encounters.retain(|(s, _)| *s != status);
            encounters.push((status, count));
        }
        let work = store::work::counts(tx)?;
        let other = work.iter().filter(|c| is_other(&c.kind, c.owner, person));
        let other = other.fold((0, Money::ZERO), |(n, sum), c| (n + c.count, sum + c.amount));
        Ok(Self {
            encounters,
            claims: store::claim::counts(tx)?,
            work,
            remittances: store::remittance::counts(tx)?,
            queries: store::query::open(tx, mine, COUNTED_MAX, 0)?.len(),
            appeals: store::appeal::pending(tx, COUNTED_MAX, 0)?.len(),
            other,
            owing: owing(tx, person)?,
        })
    }

    /// How many items a list has.
    #[must_use]
    pub fn of(&self, list: &Worklist) -> usize {
        self.with_money(list).0
    }

    /// How many items a list has, and the money in them.
    #[must_use]
    pub fn with_money(&self, list: &Worklist) -> (usize, Money) {
        let (count, money) = match list.source {
            Source::Encounters(status) => {
                (self.encounters.iter().filter(|(s, _)| *s == status).map(|(_, n)| *n).sum(), Money::ZERO)
            }
            Source::Queries => (self.queries as u64, Money::ZERO),
            Source::Claims(status) => {
                self.claims.iter().find(|(s, ..)| *s == status).map_or((0, Money::ZERO), |(_, n, m)| (*n, *m))
            }
            Source::Work(kinds) => {
                let of_kind = self.work.iter().filter(|c| kinds.contains(&c.kind.as_str()));
                of_kind.fold((0, Money::ZERO), |(n, sum), c| (n + c.count, sum + c.amount))
            }
            Source::OtherWork => self.other,
            Source::Appeals => (self.appeals as u64, Money::ZERO),
            Source::Remittances => {
                let waiting = [RemittanceState::Parked, RemittanceState::Posting];
                let found = self.remittances.iter().filter(|(s, ..)| waiting.contains(s));
                found.fold((0, Money::ZERO), |(n, sum), (_, count, m)| (n + count, sum + *m))
            }
            Source::Statements => self.owing,
        };
        (usize::try_from(count).unwrap_or(usize::MAX), money)
    }
}
