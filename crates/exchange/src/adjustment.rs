//! Adjustments (CAS): a group and up to six of its reasons, amounts and quantities per segment.

use claim::{Adjustment, AdjustmentGroup, Carc};

use crate::{ExchangeError, pen::Pen, scope::Seg};

/// Triplets in one CAS.
const TRIPLETS: usize = 6;

/// Writes adjustments, those of one group together (005010X221A1: a group once per level while six triplets suffice).
/// At most `segments_max` segments fit.
pub(crate) fn write(pen: &mut Pen<'_>, adjustments: &[Adjustment], segments_max: usize) -> Result<(), ExchangeError> {
    let all: Vec<&Adjustment> = adjustments.iter().collect();
    let groups = crate::pen::group_by(&all, |adjustment| adjustment.group.code().to_owned());
    let segments: Vec<&[&Adjustment]> = groups.iter().flat_map(|group| group.chunks(TRIPLETS)).collect();
    pen.count("adjustment segments (CAS)", segments.len(), 0..=segments_max)?;
    for triplets in segments {
        let mut values = vec![triplets.first().map_or("", |first| first.group.code()).to_owned()];
        for adjustment in triplets {
            values.push(adjustment.reason.as_str().to_owned());
            values.push(adjustment.amount.to_x12());
            values.push(adjustment.quantity.map(|quantity| quantity.to_string()).unwrap_or_default());
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        pen.segment("CAS", &values);
    }
    Ok(())
}

/// Reads the triplets of each CAS in order.
pub(crate) fn read<'a>(segments: impl Iterator<Item = Seg<'a>>) -> Result<Vec<Adjustment>, ExchangeError> {
    let mut adjustments = Vec::new();
    for cas in segments {
        let group = AdjustmentGroup::from_code(cas.el(1))
            .ok_or_else(|| cas.unexpected(1, "an adjustment group: CO, OA, PI, PR (or CR in older data)"))?;
        for reason_at in (2..2 + 3 * TRIPLETS).step_by(3) {
            if cas.el(reason_at).is_empty() {
                continue;
            }
            let reason = cas.code(reason_at, Carc::new(cas.el(reason_at)))?;
            let quantity = match cas.el(reason_at + 2) {
                "" => None,
                _ => Some(cas.whole(reason_at + 2)?),
            };
            adjustments.push(Adjustment { group, reason, amount: cas.money(reason_at + 1)?, quantity });
        }
    }
    Ok(adjustments)
}
