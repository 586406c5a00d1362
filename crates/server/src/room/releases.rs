//! What imported editions change, for one person at one client: shown at home until acknowledged.

use codes::{
    Release,
    import::{Alert, Effect, HeldKind, System},
};
use jiff::civil::Date;
use store::Tx;

use super::library::{dotted, href};
use crate::answer::{Fault, Outcome, page};
use crate::call::Call;
use crate::view::library::{ImpactLine, ReleaseAlert, ReleasesPage};
use crate::view::part::Tag;
use crate::words;

/// Touched things shown at home; the page of releases shows the rest.
const AT_HOME_MAX: usize = 12;
/// Touched things shown for one release.
const SHOWN_MAX: usize = 500;

/// The releases a person has not acknowledged at the client.
pub(super) fn open<'a>(tx: &mut Tx<'_>, call: &Call<'a>) -> Result<Vec<&'a Release>, Fault> {
    let releases = call.app.releases();
    if releases.is_empty() {
        return Ok(Vec::new());
    }
    let seen = store::release::acknowledged(tx, call.person.user.id)?;
    Ok(releases.iter().filter(|r| !seen.contains(&(r.system.clone(), r.edition))).collect())
}

/// The alerts for the home page.
pub(super) fn alerts(tx: &mut Tx<'_>, call: &Call<'_>) -> Result<Vec<ReleaseAlert>, Fault> {
    if !call.has(crate::worklist::CHART) {
        return Ok(Vec::new());
    }
    open(tx, call)?.into_iter().map(|release| alert(tx, call, release, false, AT_HOME_MAX)).collect()
}

fn alert(
    tx: &mut Tx<'_>,
    call: &Call<'_>,
    release: &Release,
    is_acknowledged: bool,
    shown: usize,
) -> Result<ReleaseAlert, Fault> {
    let own = [(call.person.user.id, "Your favourites".to_owned())];
    let touched = cycle::release::touched(tx, &call.app.library, release, &own)?;
    let more = touched.len().saturating_sub(shown);
    let title = System::named(&release.system).map_or(release.system.as_str(), |system| system.title);
    let diff = &release.diff;
    Ok(ReleaseAlert {
        system: release.system.clone(),
        edition: release.edition.to_string(),
        title: format!("{title} of {}", release.edition),
        summary: format!(
            "{}, {} gone, {} changed against {}.",
            words::count(diff.added.len(), "code new", "codes new"),
            diff.removed.len(),
            diff.changed.len(),
            release.before
        ),
        impact: touched.iter().take(shown).map(|alert| line(call, alert, release.edition)).collect(),
        more,
        is_acknowledged,
    })
}

fn line(call: &Call<'_>, alert: &Alert, on: Date) -> ImpactLine {
    let address = match alert.kind {
        HeldKind::Encounter => format!("/encounters/{}", alert.holder),
        HeldKind::Claim => call.link(crate::worklist::CLAIMS, format!("/claims/{}", alert.holder)),
        _ => String::new(),
    };
    let label = alert.effect.label();
    ImpactLine {
        kind: alert.kind.label(),
        holder: alert.holder.clone(),
        href: address,
        code: dotted(&alert.code),
        code_href: href(&alert.code, on),
        effect: if alert.effect == Effect::Changed { Tag::warn(label) } else { Tag::bad(label) },
        detail: alert.detail.split(' ').map(dotted).collect::<Vec<_>>().join(" "),
    }
}

/// `GET /library/releases`.
pub fn show(call: &Call<'_>) -> Outcome {
    let shown = call.read(|tx| {
        let open = open(tx, call)?;
        let mut releases = Vec::new();
        for release in call.app.releases() {
            let is_acknowledged = !open.iter().any(|other| std::ptr::eq(*other, release));
            releases.push(alert(tx, call, release, is_acknowledged, SHOWN_MAX)?);
        }
        Ok(ReleasesPage { frame: call.frame(tx)?, releases })
    })?;
    page(&shown)
}

/// `POST /library/releases/{system}/{edition}/acknowledge`.
pub fn acknowledge(call: &Call<'_>) -> Outcome {
    let (system, edition): (String, Date) = (call.asked.param("system")?, call.asked.param("edition")?);
    if !call.app.releases().iter().any(|release| release.system == system && release.edition == edition) {
        return Err(Fault::NotFound);
    }
    call.write(|tx| Ok(store::release::acknowledge(tx, call.person.user.id, &system, edition)?))?;
    let title = System::named(&system).map_or(system.as_str(), |system| system.title);
    call.done(
        &call.asked.back(),
        format!("{title} of {edition} is acknowledged. It stays under Code library, Releases."),
    )
}
