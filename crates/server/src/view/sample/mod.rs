//! Invented pages for the tests: ordinary, full of long names and many rows, and empty.

mod claims;
mod library;
mod practice;
mod visits;

use askama::Template;
use claim::{Finding, Money, Owner, Severity, Verdict};

use self::{
    claims::{claim_page, denial, remittance},
    library::{bulletins, code, guideline, library, release},
    practice::{account, agreement, learning, manager},
    visits::{encounter, encounter_new},
};
use super::account::*;
use super::agreement::*;
use super::claim_form::{FindingView, FormView};
use super::claim_page::*;
use super::denial::*;
use super::edi::EdiLine;
use super::encounter::*;
use super::encounter_new::EncounterNew;
use super::entry::{Notice, Persona, PersonaGroup, SignIn};
use super::frame::*;
use super::home::*;
use super::learning::*;
use super::library::*;
use super::listing::*;
use super::manager::*;
use super::part::*;
use super::remittance::*;
use super::segment::segments;
use super::stay::{AxisView, StayDiagnosis, StayProcedure, StayView};
use super::work_item::WorkItemPage;

/// A name that would run if it were not escaped.
pub const HOSTILE: &str = "<script>alert('x')</script>, Bartholomew Maximilian-Featherstonehaugh";

fn owed(cents: i64) -> Amount {
    Amount::balance(Money::from_cents(cents))
}

fn paid(cents: i64) -> Amount {
    Amount::payment(Money::from_cents(cents))
}

/// Surroundings with two clients and every list.
pub fn frame() -> Frame {
    let link = |href: &str, label: &str, count: &str, key: &str| Link {
        href: href.into(),
        label: label.into(),
        count: count.into(),
        key: key.into(),
        is_current: label == "Denials",
    };
    Frame {
        asset_key: "1".into(),
        csrf: "token-csrf".into(),
        idempotency: "once".into(),
        client_name: "Cedar Hollow Family Practice".into(),
        client_colour: "teal".into(),
        clients: vec![
            ClientChoice { id: "a".into(), name: "Cedar Hollow Family Practice".into(), is_current: true },
            ClientChoice { id: "b".into(), name: "Stride Physical Therapy".into(), is_current: false },
        ],
        today: "Monday, March 2, 2026".into(),
        user_name: "Avery Quill".into(),
        worklists: vec![
            link("/work/to-code", "To code", "14", "c"),
            link("/work/queries", "Queries", "2", "q"),
            link("/work/held", "Held claims", "5", "h"),
            link("/work/rejections", "Rejections", "1", "r"),
            link("/work/denials", "Denials", "9", "d"),
            link("/work/parked", "Parked remittances", "1", "m"),
            link("/work/credits", "Credits", "1", "b"),
            link("/work/statements", "Statements", "12", "s"),
        ],
        records: vec![
            link("/patients", "Patients", "", "p"),
            link("/claims", "Claims", "", "l"),
            link("/remittances", "Remittances", "", "e"),
            link("/manager", "Practice", "", "x"),
            link("/agreement", "Agreement", "", "a"),
        ],
        may_write: true,
        is_demo: true,
        messages: vec![Message {
            kind: "good".into(),
            text: "Claim C000118 goes with the next file.".into(),
            ..Message::default()
        }],
        ..Frame::default()
    }
}

fn context(name: &str) -> ContextBar {
    ContextBar {
        href: "/patients/P0007".into(),
        name: name.into(),
        born: "1958-04-11, 67 years".into(),
        mrn: "MRN10007".into(),
        payers: "1 Medicare Part B; 2 Golden Gap Supplement".into(),
        insurance_due: owed(24_810),
        patient_due: owed(-1_230),
        alerts: vec![Tag::warn("Therapy threshold near"), Tag::bad("Do not bill: attorney")],
    }
}

pub fn listing(rows: usize) -> Listing {
    Listing {
        frame: frame(),
        title: "Denials".into(),
        lead: "Decided without payment. The nearest deadline first.".into(),
        filters: vec![
            Filter { label: "All".into(), href: "?".into(), count: "9".into(), is_current: true },
            Filter { label: "Due this week".into(), href: "?due=week".into(), count: "1".into(), is_current: false },
        ],
        search: Some(Search {
            href: "/work/denials".into(),
            label: "Find patient or claim".into(),
            words: String::new(),
        }),
        actions: vec![],
        upload: Some(Upload { href: "/remittances".into(), label: "Drop a payer's file".into() }),
        bulk: Some(Bulk {
            href: "/claims/send".into(),
            label: "Send 12 claims".into(),
            consequence: "12 claims of 4,310.00 USD go to 3 payers in 3 files.".into(),
            key: "b".into(),
        }),
        columns: vec![
            Column::text("Claim"),
            Column::text("Patient"),
            Column::text("Payer"),
            Column::text("Reason"),
            Column::text("State"),
            Column::text("Last day").sorted("ascending"),
            Column::money("Denied, USD"),
        ],
        rows: (0..rows)
            .map(|i| Row {
                cells: vec![
                    Cell::open(format!("/denials/{i}"), format!("C{:06}", 100 + i)),
                    Cell::Text(if i == 1 { HOSTILE.into() } else { "Okafor, Ines".into() }),
                    Cell::Text("Blue Harbor PPO of the Greater Northern Lakes and Plains".into()),
                    Cell::Code("CO-16 N290".into()),
                    Cell::State(if i % 3 == 0 { Tag::bad("Due in 3 days") } else { Tag::open("Open") }),
                    Cell::Text("2026-03-05".into()),
                    Cell::Money(if i == 2 { owed(-4_500) } else { owed(12_345 * i as i64) }),
                ],
            })
            .collect(),
        totals: vec![
            Cell::Text("Total".into()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Text(String::new()),
            Cell::Money(owed(1_234_567)),
        ],
        shown: format!("1–{rows} of {rows}"),
        previous: String::new(),
        next: "?from=100".into(),
        empty: "No denial is open. Denied claims come here when a remittance is posted.".into(),
    }
}

pub fn home(is_empty: bool) -> Home {
    let list = |label: &str, what: &str, count: usize, oldest: &str, cents: i64, key: &str| ListSummary {
        label: label.into(),
        href: format!("/work/{label}"),
        what: what.into(),
        count,
        oldest: oldest.into(),
        amount: owed(cents),
        first: if count > 0 { "/encounters/E000101".into() } else { String::new() },
        key: key.into(),
    };
    Home {
        frame: frame(),
        lists: if is_empty {
            vec![]
        } else {
            vec![
                list("To code", "Signed notes without final codes", 14, "6 days", 0, "c"),
                list("Held claims", "An edit objects; correct or override with a reason", 5, "11 days", 84_200, "h"),
                list("Denials", "Decided without payment; appeal, correct or write off", 9, "34 days", 231_075, "d"),
                list("Credits", "Money we owe back", 1, "61 days", -4_500, "b"),
                list("Rejections", "Refused before adjudication; fix and send again", 0, "", 0, "r"),
            ]
        },
        deadlines: if is_empty {
            vec![]
        } else {
            vec![Deadline {
                label: format!("Appeal for C000131, {HOSTILE}"),
                href: "/denials/3".into(),
                on: "2026-03-05".into(),
                left: Tag::bad("3 days"),
                amount: owed(41_000),
            }]
        },
        releases: if is_empty { vec![] } else { vec![release(false)] },
    }
}

pub fn work_item() -> WorkItemPage {
    WorkItemPage {
        is_return: false,
        frame: frame(),
        id: "4".into(),
        title: HOSTILE.into(),
        kind: "underpayment".into(),
        owner: "Biller".into(),
        status: Tag::warn("Open"),
        amount: owed(4_000),
        left: Tag::open("No limit"),
        subject: "Claim C000118".into(),
        href: "/claims/C000118".into(),
        facts: vec![("expected".into(), "93.00".into())],
        is_open: true,
        outcome: String::new(),
    }
}

/// Every page in every state, by name.
pub fn pages() -> Vec<(&'static str, String)> {
    let sign_in = SignIn {
        asset_key: "1".into(),
        error: "User name or password is wrong.".into(),
        next: "/".into(),
        is_kept: true,
        personas: vec![PersonaGroup {
            label: "Both clients".into(),
            personas: vec![Persona { login: "coder".into(), name: "Avery Quill".into(), what: "Coder".into() }],
        }],
    };
    let notice = Notice {
        asset_key: "1".into(),
        title: "Not found".into(),
        text: "Nothing is here for you.".into(),
        back: "/".into(),
    };
    let addendum = EncounterNew { addendum_to: "E000101".into(), ..encounter_new() };
    let bare_encounter = EncounterPage {
        frame: frame(),
        number: "E000102".into(),
        status: Tag::warn("Unsigned"),
        ..EncounterPage::default()
    };
    let show = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        ("sign-in", sign_in.render().unwrap()),
        ("message", notice.render().unwrap()),
        ("home", show(&home(false))),
        ("home-empty", show(&home(true))),
        ("worklist", show(&listing(60))),
        ("worklist-empty", show(&listing(0))),
        ("encounter-new", show(&encounter_new())),
        ("addendum", show(&addendum)),
        ("encounter", show(&encounter())),
        ("encounter-empty", show(&bare_encounter)),
        ("claim", show(&claim_page("form"))),
        ("claim-837", show(&claim_page("837"))),
        ("claim-history", show(&claim_page("history"))),
        ("remittance", show(&remittance(true))),
        ("remittance-off", show(&remittance(false))),
        ("denial", show(&denial(false))),
        ("denial-bare", show(&denial(true))),
        ("account", show(&account(24))),
        ("account-empty", show(&account(0))),
        ("manager", show(&manager(false))),
        ("manager-empty", show(&manager(true))),
        ("work-item", show(&work_item())),
        ("library", show(&library())),
        (
            "library-empty",
            show(&LibraryPage {
                frame: frame(),
                way: "tree",
                empty: "Nothing is below.".into(),
                ..LibraryPage::default()
            }),
        ),
        ("code", show(&code())),
        ("releases", show(&ReleasesPage { frame: frame(), releases: vec![release(true), release(false)] })),
        ("releases-empty", show(&ReleasesPage { frame: frame(), releases: vec![] })),
        ("guideline", show(&guideline())),
        ("bulletins", show(&bulletins(3))),
        ("bulletins-empty", show(&bulletins(0))),
        ("learning", show(&learning(2))),
        ("learning-empty", show(&learning(0))),
        ("agreement", show(&agreement(12))),
        ("agreement-empty", show(&agreement(0))),
    ]
}
