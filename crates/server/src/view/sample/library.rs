//! Pages of the code library.

use super::*;

pub fn release(is_acknowledged: bool) -> ReleaseAlert {
    ReleaseAlert {
        system: "icd10cm".into(),
        edition: "2026-10-01".into(),
        title: "ICD-10-CM of 2026-10-01".into(),
        summary: "487 codes new, 28 gone, 38 changed against 2026-04.".into(),
        impact: vec![ImpactLine {
            kind: "Open encounter",
            holder: "CHE00012".into(),
            href: "/encounters/CHE00012".into(),
            code: "B88.0".into(),
            code_href: "/library/codes/B880?on=2026-10-01".into(),
            effect: Tag::bad("divided"),
            detail: "B88.01 B88.09".into(),
        }],
        more: 3,
        is_acknowledged,
    }
}

fn code_line(code: &str, title: &str) -> CodeLine {
    CodeLine {
        code: code.into(),
        title: title.into(),
        href: format!("/library/codes/{code}"),
        state: Some(Tag::good("Billable")),
        depth: 1,
    }
}

pub fn library() -> LibraryPage {
    LibraryPage {
        frame: frame(),
        way: "words",
        on: "2026-03-02".into(),
        edition: "ICD-10-CM 2026-04.".into(),
        index: "Search and index run with the official alphabetic index.".into(),
        words: HOSTILE.into(),
        letters: vec![("A".into(), "/library/index?q=A".into())],
        trail: vec![code_line("M00-M99", "Diseases of the musculoskeletal system")],
        notes: vec![NoteGroup { label: "Excludes 1", notes: vec![("M17".into(), HOSTILE.into())] }],
        lines: vec![
            code_line("M17.11", HOSTILE),
            CodeLine { title: "Knee: see Arthritis".into(), ..CodeLine::default() },
        ],
        empty: String::new(),
        favourites: vec![code_line("I10", "Essential (primary) hypertension")],
        releases: 1,
        unread: 2,
    }
}

pub fn code() -> CodePage {
    CodePage {
        frame: frame(),
        code: "B88.0".into(),
        bare: "B880".into(),
        title: "Other acariasis".into(),
        on: "2026-03-02".into(),
        state: Tag::bad("Ended"),
        why: "Not billable on 2026-03-02: 2025-09-30 was its last day.".into(),
        instead: vec![code_line("B88.01", "Demodex mites"), code_line("B88.09", "Other acariasis")],
        edition: "ICD-10-CM 2026-04 answers for 2026-03-02.".into(),
        facts: vec![("Coded before as".into(), "B88".into())],
        trail: vec![code_line("B85-B89", "Pediculosis, acariasis and other infestations")],
        notes: library().notes,
        below: vec![code_line("B88.01", "Demodex mites")],
        editions: vec![(
            "2025-04".into(),
            "2024-10-01 to 2025-09-30".into(),
            "Other acariasis".into(),
            Tag::good("Billable"),
        )],
        is_favourite: false,
    }
}

pub fn bulletins(count: usize) -> BulletinsPage {
    let one = |n: usize| BulletinView {
        id: n.to_string(),
        from: "Blue Mesa".into(),
        title: format!("Prior approval of knee imaging {n}"),
        body: HOSTILE.into(),
        published: "March 2, 2026, by Avery Quill".into(),
        readers: "Nobody has read it yet.".into(),
        is_read: n % 2 == 1,
    };
    BulletinsPage {
        frame: frame(),
        bulletins: (0..count).map(one).collect(),
        payers: vec![Choice::new("7", "Blue Mesa")],
        may_publish: true,
    }
}

pub fn guideline() -> GuidelinePage {
    GuidelinePage {
        frame: frame(),
        section: "I.B.2".into(),
        title: "Level of detail".into(),
        text: HOSTILE.into(),
        on: "2026-03-02".into(),
        around: vec![code_line("I.B", "General rules")],
    }
}
