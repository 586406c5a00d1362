//! Runs of text as lines.

use super::content::Run;
use crate::{ReadError, flow::Flow};

/// Runs whose feet are nearer than this part of their height stand on one line (exponents stand a little higher).
const SAME_LINE: f32 = 0.4;
/// A gap wider than this part of the height is a blank between words.
const BLANK: f32 = 0.15;
/// A gap wider than this many heights separates columns of a table.
const COLUMN: f32 = 2.0;
/// A step down of more than this many heights is an empty line.
const PARAGRAPH: f32 = 1.9;

/// Writes the lines of a page from top to bottom.
pub(super) fn write(mut runs: Vec<Run>, flow: &mut Flow) -> Result<(), ReadError> {
    runs.retain(|run| run.x.is_finite() && run.y.is_finite() && run.end.is_finite() && run.size.is_finite());
    // A stable sort keeps runs of one height in the order they are drawn.
    runs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut above: Option<f32> = None;
    let mut rest = runs.as_mut_slice();
    while let Some(first) = rest.first() {
        let (y, size) = (first.y, first.size.max(1.0));
        let length = rest.iter().take_while(|run| y - run.y < SAME_LINE * size.min(run.size.max(1.0))).count().max(1);
        let (line, below) = rest.split_at_mut(length);
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
        if above.is_some_and(|above| above - y > PARAGRAPH * size) {
            flow.blank();
        }
        write_line(line, flow)?;
        above = Some(y);
        rest = below;
    }
    Ok(())
}

fn write_line(line: &[Run], flow: &mut Flow) -> Result<(), ReadError> {
    if line.iter().all(|run| run.text.trim().is_empty()) {
        return Ok(());
    }
    flow.paragraph();
    flow.row();
    let mut end: Option<f32> = None;
    for run in line {
        if let Some(end) = end {
            let gap = run.x - end;
            if gap > COLUMN * run.size {
                flow.cell_end();
            } else if gap > BLANK * run.size {
                flow.space();
            }
        }
        flow.text(&run.text, None)?;
        // Blanks at its end are drawn too, and may be many.
        if !run.text.trim().is_empty() || end.is_none() {
            end = Some(run.end);
        }
    }
    Ok(())
}
