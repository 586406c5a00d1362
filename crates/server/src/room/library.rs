//! The code library: finding a code by words, in the alphabetic index or in the tabular list, and what it says on a day.

use claim::{DiagnosisCode, ProcedureCode};
use codes::{Hit, Icd10cm, Instruction, Kind, Library, Services, Standing};
use jiff::civil::Date;
use store::Tx;

use super::{bulletins, releases};
use crate::answer::{Fault, Outcome, json, page};
use crate::call::Call;
use crate::view::library::{CodeLine, CodePage, GuidelinePage, LibraryPage, NoteGroup};
use crate::view::part::Tag;

/// Codes that words find.
const FOUND_MAX: usize = 40;
/// Hits while somebody types.
const TYPED_MAX: usize = 12;
/// Lines of the index on a page.
const INDEX_MAX: usize = 400;

/// The day asked about; the installation's when the address names none.
fn day(tx: &Tx<'_>, call: &Call<'_>) -> Date {
    call.asked.query.text("on").parse().unwrap_or_else(|_| tx.today())
}

pub(super) fn dotted(code: &str) -> String {
    DiagnosisCode::new(code).map_or_else(|_| code.to_owned(), |code| code.dotted())
}

/// The address of a code on a day.
pub(super) fn href(code: &str, on: Date) -> String {
    format!("/library/codes/{code}?on={on}")
}

fn tree_href(code: &str, on: Date) -> String {
    format!("/library/tree?q={code}&on={on}")
}

/// The address of the section that a citation names (`ICD-10-CM Guidelines I.C.4.a.3`), or of the nearest one above it;
/// empty where the guidelines of the day are not imported.
pub(super) fn section_href(library: &Library, citation: &str, on: Date) -> String {
    let Some((_, rest)) = citation.split_once("Guidelines ") else { return String::new() };
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let section = rest.split(|c| !is_part(c)).next().unwrap_or_default().trim_end_matches('.');
    let mut parts: Vec<&str> = section.split('.').collect();
    while !parts.is_empty() {
        let path = parts.join(".");
        if library.record("guidelines", &path, on).is_some() {
            return format!("/library/guidelines/{path}?on={on}");
        }
        parts.pop();
    }
    String::new()
}

/// A standing in a word.
fn state(standing: &Standing) -> Tag {
    match standing {
        Standing::Billable => Tag::good("Billable"),
        Standing::Incomplete { .. } => Tag::warn("Incomplete"),
        Standing::NotYet { .. } => Tag::bad("Not yet"),
        Standing::Ended { .. } => Tag::bad("Ended"),
        Standing::Unknown => Tag::bad("Unknown"),
    }
}

fn diagnosis_line(icd: &Icd10cm<'_>, code: &str, on: Date) -> Option<CodeLine> {
    let found = icd.get(code)?;
    let state = if found.is_billable { Tag::good("Billable") } else { Tag::warn("Incomplete") };
    Some(CodeLine {
        code: dotted(&found.code),
        title: found.title.into_owned(),
        href: href(&found.code, on),
        state: Some(state),
        depth: 0,
    })
}

/// A line for any code, also one that is not valid on the day.
fn any_line(library: &Library, code: &str, on: Date) -> CodeLine {
    let title = library.through_editions(code).into_iter().rev().find_map(|edition| edition.title);
    if let Some(title) = title {
        let state = Some(state(&library.standing(code, on)));
        return CodeLine { code: dotted(code), title, href: href(code, on), state, depth: 0 };
    }
    let service = ProcedureCode::new(code).ok().and_then(|code| library.procedure(&code, on));
    let state = Some(if service.is_some() { Tag::good("Valid") } else { Tag::bad("Unknown") });
    let title = service.map(|service| service.label).unwrap_or_default();
    CodeLine { code: code.to_owned(), title, href: href(code, on), state, depth: 0 }
}

/// Diagnoses and services that words find.
fn found(library: &Library, words: &str, on: Date, limit: usize) -> Vec<CodeLine> {
    let icd = library.icd10cm(on);
    let hits = icd.search(words, limit);
    let mut lines: Vec<CodeLine> = hits.iter().filter_map(|hit| diagnosis_line(&icd, &hit.code, on)).collect();
    let bare = words.replace('.', "").to_uppercase();
    // A code that is not valid on the day is found by its number all the same: the page says why.
    if lines.is_empty() && library.through_editions(&bare).iter().any(|edition| edition.title.is_some()) {
        lines.push(any_line(library, &bare, on));
    }
    let services: Vec<CodeLine> = services(library, words, on, limit).collect();
    // Diagnoses answer nearly every word in some way: services that say all of them have a third of the places.
    lines.truncate(limit - services.len().min(limit / 3));
    lines.extend(services);
    lines.truncate(limit);
    lines
}

/// Services and inpatient procedures whose number or label has every word.
fn services(library: &Library, words: &str, on: Date, limit: usize) -> impl Iterator<Item = CodeLine> {
    let wanted: Vec<String> = words.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let lists = Services::ALL.into_iter();
    let hits =
        lists.flat_map(move |of| library.search_services(of, words, on, limit).into_iter().map(move |hit| (of, hit)));
    let has_all = move |(_, hit): &(Services, Hit)| {
        let (number, label) = (hit.code.to_lowercase(), hit.title.to_lowercase());
        !wanted.is_empty() && wanted.iter().all(|word| number.starts_with(word) || label.contains(word))
    };
    hits.filter(has_all).map(move |(of, hit)| {
        let is_old =
            of == Services::Pcs && library.inpatient_procedure(&hit.code, on).is_some_and(|found| found.is_stale);
        let state = if is_old { Tag::warn("Old list") } else { Tag::good("Valid") };
        CodeLine { href: href(&hit.code, on), code: hit.code, title: hit.title, state: Some(state), depth: 0 }
    })
}

/// What every way of finding shows around it.
fn around(tx: &mut Tx<'_>, call: &Call<'_>, way: &'static str, on: Date) -> Result<LibraryPage, Fault> {
    let library = &call.app.library;
    let icd = library.icd10cm(on);
    let stale = if icd.is_stale() { ", which does not cover this day" } else { "" };
    let index = if library.has_index() {
        "Search and index run with the official alphabetic index."
    } else {
        "Search and index run with inclusion terms and our own lexicon; the official alphabetic index is not imported."
    };
    let mut favourites = Vec::new();
    for code in store::favourite::list(tx, call.person.user.id)? {
        favourites.push(any_line(library, &code, on));
    }
    Ok(LibraryPage {
        way,
        on: on.to_string(),
        edition: format!("ICD-10-CM {}{stale}.", icd.edition()),
        index: index.to_owned(),
        words: call.asked.query.text("q").to_owned(),
        favourites,
        releases: releases::open(tx, call)?.len(),
        unread: bulletins::unread(tx, call)?,
        frame: call.frame(tx)?,
        ..LibraryPage::default()
    })
}

/// `GET /library?q=&on=`: words.
pub fn words(call: &Call<'_>) -> Outcome {
    let shown = call.read(|tx| {
        let on = day(tx, call);
        let mut shown = around(tx, call, "words", on)?;
        if !shown.words.is_empty() {
            shown.lines = found(&call.app.library, &shown.words, on, FOUND_MAX);
        }
        shown.empty = if shown.words.is_empty() {
            "Words in any order, abbreviations, part of a code: dm2 w ckd, fx rt radius, E11.4.".to_owned()
        } else {
            format!(
                "Nothing for \u{201c}{}\u{201d} on {on}. Try fewer words, the index or the tabular list.",
                shown.words
            )
        };
        Ok(shown)
    })?;
    page(&shown)
}

/// `GET /library.json?q=&on=`: while somebody types.
pub fn typed(call: &Call<'_>) -> Outcome {
    let on = call.read(|tx| Ok(day(tx, call)))?;
    let lines = found(&call.app.library, call.asked.query.text("q"), on, TYPED_MAX);
    let hits: Vec<serde_json::Value> = lines
        .into_iter()
        .map(|line| serde_json::json!({ "value": line.code, "label": line.title, "href": line.href }))
        .collect();
    Ok(json(&hits))
}

/// `GET /library/index?q=&on=`: the alphabetic index from a beginning on.
pub fn index(call: &Call<'_>) -> Outcome {
    let shown = call.read(|tx| {
        let on = day(tx, call);
        let mut shown = around(tx, call, "index", on)?;
        let icd = call.app.library.icd10cm(on);
        shown.letters = ('A'..='Z').map(|c| (c.to_string(), format!("/library/index?q={c}&on={on}"))).collect();
        let lines = call.app.library.index_lines(&shown.words, on, if shown.words.is_empty() { 0 } else { INDEX_MAX });
        shown.lines = lines
            .into_iter()
            .map(|line| {
                let known = diagnosis_line(&icd, &line.code, on);
                let more = format!("/library/index?q={}&on={on}", encoded(&line.path));
                let see = format!("/library/index?q={}&on={on}", encoded(line.see.trim_start_matches("- ")));
                let title = if line.see.is_empty() { line.path } else { format!("{}: see {}", line.path, line.see) };
                let href = match (&known, line.see.is_empty()) {
                    (Some(known), _) => known.href.clone(),
                    (None, true) => more,
                    (None, false) => see,
                };
                let (code, state) = known.map_or_else(Default::default, |known| (known.code, known.state));
                CodeLine { code, title, href, state, depth: line.depth.min(4) }
            })
            .collect();
        shown.empty = if shown.words.is_empty() {
            "Choose a letter, or type the begin of a main term: Diabetes, type 2.".to_owned()
        } else {
            format!("No term begins with \u{201c}{}\u{201d}.", shown.words)
        };
        Ok(shown)
    })?;
    page(&shown)
}

/// Words for an address.
fn encoded(words: &str) -> String {
    words.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte))
        } else {
            text.push_str(&format!("%{byte:02X}"))
        }
        text
    })
}

/// `GET /library/tree?q=CODE&on=`: the tabular list, from its chapters down.
pub fn tree(call: &Call<'_>) -> Outcome {
    let shown = call.read(|tx| {
        let on = day(tx, call);
        let mut shown = around(tx, call, "tree", on)?;
        let icd = call.app.library.icd10cm(on);
        let below = |code: &str| -> Vec<CodeLine> {
            let lines = icd.children(code).into_iter().filter_map(|child| {
                let mut line = diagnosis_line(&icd, &child.code, on)?;
                // What has something below it opens in the list, a code of its own on its page.
                if !child.is_billable {
                    line.href = tree_href(&child.code, on);
                }
                if child.kind != Kind::Code {
                    line.state = None;
                }
                Some(line)
            });
            lines.collect()
        };
        if icd.get(&shown.words).is_some() {
            shown.trail = trail(&icd, &shown.words, on);
            shown.trail.extend(diagnosis_line(&icd, &shown.words, on));
            shown.notes = notes(&icd, &shown.words);
            shown.lines = below(&shown.words);
            shown.empty = "Nothing stands below it.".to_owned();
        } else {
            let chapters = (1..=CHAPTERS_MAX).filter_map(|number| {
                let line = diagnosis_line(&icd, &number.to_string(), on)?;
                Some(CodeLine { href: tree_href(&number.to_string(), on), state: None, ..line })
            });
            shown.lines = chapters.collect();
            if !shown.words.is_empty() {
                shown.empty = format!("{} is not in the list on {on}.", shown.words);
                shown.lines.clear();
            }
        }
        Ok(shown)
    })?;
    page(&shown)
}

/// More than the list has ever had.
const CHAPTERS_MAX: u8 = 40;

/// What stands above, from the chapter down.
fn trail(icd: &Icd10cm<'_>, code: &str, on: Date) -> Vec<CodeLine> {
    let mut above: Vec<CodeLine> = icd
        .ancestors(code)
        .into_iter()
        .map(|diagnosis| CodeLine {
            code: dotted(&diagnosis.code),
            title: diagnosis.title.into_owned(),
            href: tree_href(&diagnosis.code, on),
            ..CodeLine::default()
        })
        .collect();
    above.reverse();
    above
}

/// Every note that holds for a code, its own first, then those inherited from above.
fn notes(icd: &Icd10cm<'_>, code: &str) -> Vec<NoteGroup> {
    let all = icd.instructions(code);
    let terms = icd.inclusion_terms(code).into_iter().map(|term| (dotted(code), term.to_owned())).collect();
    let group = |label, list: &[Instruction<'_>]| NoteGroup {
        label,
        notes: list.iter().map(|note| (dotted(note.at), note.text.to_owned())).collect(),
    };
    let groups = [
        NoteGroup { label: "Inclusion terms", notes: terms },
        group("Includes", &all.includes),
        group("Excludes 1", &all.excludes1),
        group("Excludes 2", &all.excludes2),
        group("Code first", &all.code_first),
        group("Use additional", &all.use_additional),
        group("Code also", &all.code_also),
        group("Note", &all.notes),
    ];
    groups.into_iter().filter(|group| !group.notes.is_empty()).collect()
}

/// `GET /library/codes/{code}?on=`.
pub fn code(call: &Call<'_>) -> Outcome {
    let bare: String = call.asked.param::<String>("code")?.replace('.', "").to_uppercase();
    let library = &call.app.library;
    let shown = call.read(|tx| {
        let on = day(tx, call);
        let icd = library.icd10cm(on);
        let is_favourite = store::favourite::list(tx, call.person.user.id)?.contains(&bare);
        let mut shown = CodePage { bare: bare.clone(), on: on.to_string(), is_favourite, ..CodePage::default() };
        let editions = library.through_editions(&bare);
        if editions.iter().any(|edition| edition.title.is_some()) {
            diagnosis(&mut shown, library, &icd, on);
        } else if !service(&mut shown, library, on) && !inpatient(&mut shown, library, on) {
            return Err(Fault::NotFound);
        }
        shown.frame = call.frame(tx)?;
        Ok(shown)
    })?;
    page(&shown)
}

fn diagnosis(shown: &mut CodePage, library: &Library, icd: &Icd10cm<'_>, on: Date) {
    let bare = shown.bare.clone();
    let standing = library.standing(&bare, on);
    let editions = library.through_editions(&bare);
    shown.code = dotted(&bare);
    shown.title = editions.iter().rev().find_map(|edition| edition.title.clone()).unwrap_or_default();
    if let Some(title) = icd.title(&bare) {
        shown.title = title.into_owned();
    }
    let stale = if icd.is_stale() { ", which does not cover this day: import the edition of its year" } else { "" };
    shown.edition = format!("ICD-10-CM {} answers for {on}{stale}.", icd.edition());
    shown.state = state(&standing);
    shown.why = match &standing {
        Standing::Billable => format!("Valid on a claim of {on}."),
        Standing::Incomplete { needs_seventh: true } => {
            format!("Not billable on {on}: it needs a seventh character (Guidelines I.A.5). Choose one below.")
        }
        Standing::Incomplete { .. } => {
            format!("Not billable on {on}: longer codes say more, and the longest is coded (Guidelines I.B.2).")
        }
        Standing::NotYet { from } => format!("Not billable on {on}: it is valid from {from} on."),
        Standing::Ended { last } => format!("Not billable on {on}: {last} was its last day."),
        Standing::Unknown => format!("Not billable on {on}: no edition at hand has it as a valid code."),
    };
    if matches!(standing, Standing::Ended { .. } | Standing::NotYet { .. }) {
        let replacements = library.replacements(&bare, on);
        shown.instead = replacements.iter().filter_map(|code| diagnosis_line(icd, code, on)).collect();
    }
    shown.trail = trail(icd, &bare, on);
    shown.notes = notes(icd, &bare);
    let children = icd.children(&bare);
    shown.below = children.iter().filter_map(|child| diagnosis_line(icd, &child.code, on)).collect();
    shown.editions = editions
        .into_iter()
        .map(|edition| {
            let to = edition.span.end_words();
            let state = match (&edition.title, edition.is_billable) {
                (_, true) => Tag::good("Billable"),
                (Some(_), false) => Tag::warn("Incomplete"),
                (None, false) => Tag::open("Not in it"),
            };
            let title = edition.title.unwrap_or_default();
            (edition.edition, format!("{} {to}", edition.span.from), title, state)
        })
        .collect();
    shown.facts = diagnosis_facts(library, &bare, on);
}

/// What shipped and imported tables say of a diagnosis.
fn diagnosis_facts(library: &Library, bare: &str, on: Date) -> Vec<(String, String)> {
    let risk = library.risk_categories(bare, on).into_iter();
    let mut facts: Vec<(String, String)> = risk
        .map(|risk| (format!("Risk adjustment, {}", risk.model), format!("{} {}", risk.number, risk.label)))
        .collect();
    let prefix = format!("{bare} ");
    let categories = |system, column| {
        let rows = library.records(system, &prefix, on);
        rows.map(|(key, row)| format!("{} {}", key.trim_start_matches(&prefix), row.get(column)).trim().to_owned())
            .collect::<Vec<String>>()
    };
    for (label, system, column) in [("Clinical class", "ccsr", ""), ("Code editor", "mce", "kind")] {
        let found = categories(system, column);
        if !found.is_empty() {
            facts.push((label.to_owned(), found.join(", ")));
        }
    }
    if library.record("poa-exempt", bare, on).is_some_and(|row| !row.is_stale) {
        facts.push(("Present on admission".to_owned(), "exempt".to_owned()));
    }
    let replaced: Vec<String> =
        library.records("conversions", &prefix, on).map(|(_, row)| row.get("previous").to_owned()).collect();
    if !replaced.is_empty() {
        facts.push(("Coded before as".to_owned(), replaced.join(", ")));
    }
    facts
}

/// A service; false when neither the starter table nor an imported one has it.
fn service(shown: &mut CodePage, library: &Library, on: Date) -> bool {
    let Ok(code) = ProcedureCode::new(&shown.bare) else { return false };
    let known = library.procedure(&code, on);
    let imported = library.record("hcpcs", code.as_str(), on);
    if known.is_none() && imported.is_none() {
        return false;
    }
    shown.code = code.to_string();
    shown.title = known.as_ref().map(|service| service.label.clone()).unwrap_or_default();
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            shown.facts.push((name.to_owned(), value));
        }
    };
    if let Some(service) = &known {
        fact("Kind", service.family.label().to_owned());
        fact("Add-on to", service.add_on_to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
    if let Some(limit) = library.mue(&code, on) {
        fact("Most units", format!("{} (MUE, adjudication indicator {})", limit.units, limit.mai));
    }
    if let Some(policy) = library.coverage_policy(&code, on) {
        fact("Coverage policy", format!("{} {}", policy.id, policy.title));
    }
    let ended = imported.as_ref().filter(|row| row.is_stale && known.is_none());
    if let Some(row) = &imported {
        fact("Official words", row.get("text").to_owned());
        fact("Last day", row.get("effective_to").to_owned());
        fact("Replaced by", row.get("replaced_by").to_owned());
        if shown.title.is_empty() {
            shown.title = row.get("short").to_owned();
        }
    }
    (shown.state, shown.why) = match ended {
        Some(row) => {
            let last = row.get("effective_to");
            (
                Tag::bad("Ended"),
                format!("Not billable on {on}: it is valid from {} to {last}.", row.get("effective_from")),
            )
        }
        None => (Tag::good("Valid"), format!("Valid on a claim of {on}.")),
    };
    if let Some(next) = ended.map(|row| row.get("replaced_by").to_owned()).filter(|next| !next.is_empty()) {
        shown.instead.push(any_line(library, &next, on));
    }
    true
}

/// A procedure of ICD-10-PCS; false when the edition that answers for the day has none of that code.
fn inpatient(shown: &mut CodePage, library: &Library, on: Date) -> bool {
    let Some(found) = library.inpatient_procedure(&shown.bare, on) else { return false };
    let to = found.edition.end_words();
    let edition = format!("ICD-10-PCS of {} {to}", found.edition.from);
    shown.code = found.code;
    shown.title = found.title;
    (shown.state, shown.why) = if found.is_stale {
        (
            Tag::warn("Old list"),
            format!("{edition} has it; no edition at hand covers {on}: import the one of its year."),
        )
    } else {
        (Tag::good("Valid"), format!("Valid for discharges of {on} ({edition})."))
    };
    true
}

/// `POST /library/codes/{code}/favourite`.
pub fn favourite(call: &Call<'_>) -> Outcome {
    let bare: String = call.asked.param::<String>("code")?.replace('.', "").to_uppercase();
    let is_known = call.app.library.through_editions(&bare).iter().any(|edition| edition.title.is_some())
        || ProcedureCode::new(&bare).is_ok();
    if !is_known {
        return Err(Fault::NotFound);
    }
    let keeps = call.asked.form.text("keep") != "no";
    let user = call.person.user.id;
    call.write(|tx| {
        let has = store::favourite::list(tx, user)?.contains(&bare);
        match (keeps, has) {
            (true, false) => Ok(store::favourite::add(tx, user, &bare)?),
            (false, true) => Ok(store::favourite::remove(tx, user, &bare)?),
            _ => Ok(()),
        }
    })?;
    let back = call.asked.back();
    let said = if keeps { "is one of your favourites" } else { "is no longer one of your favourites" };
    call.done(&back, format!("{} {said}.", dotted(&bare)))
}

/// `GET /library/guidelines/{section}?on=`: a section of the imported Official Guidelines.
pub fn guideline(call: &Call<'_>) -> Outcome {
    let section: String = call.asked.param("section")?;
    let library = &call.app.library;
    let shown = call.read(|tx| {
        let on = day(tx, call);
        let Some(row) = library.record("guidelines", &section, on) else { return Err(Fault::NotFound) };
        let line = |path: &str, title: &str| CodeLine {
            code: path.to_owned(),
            title: title.to_owned(),
            href: format!("/library/guidelines/{path}?on={on}"),
            ..CodeLine::default()
        };
        let parts: Vec<&str> = section.split('.').collect();
        let above = (1..parts.len()).filter_map(|n| parts.get(..n)).map(|parts| parts.join("."));
        let mut around: Vec<CodeLine> = above
            .filter_map(|path| library.record("guidelines", &path, on).map(|row| line(&path, row.get("title"))))
            .collect();
        let prefix = format!("{section}.");
        let below = library.records("guidelines", &prefix, on);
        let direct = below.filter(|(path, _)| path.matches('.').count() == parts.len());
        around.extend(direct.map(|(path, row)| line(path, row.get("title"))));
        Ok(GuidelinePage {
            section: section.clone(),
            title: row.get("title").to_owned(),
            text: row.get("text").to_owned(),
            on: on.to_string(),
            around,
            frame: call.frame(tx)?,
        })
    })?;
    page(&shown)
}
