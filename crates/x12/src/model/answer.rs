//! Answers to syntax: 999 and TA1.

use super::build::{loops, segments};
use super::parts::Context;
use super::tree::documents;

segments! {
    /// The answer to an interchange.
    InterchangeAnswer = "TA1" { control: 1, date: 2, time: 3, answer: 4, note: 5 }
    /// The group that is answered.
    AnsweredGroup = "AK1" { functional_id: 1, control: 2, version: 3 }
    /// The answer to a group.
    GroupAnswer = "AK9" {
        answer: 1, declared: 2, received: 3, accepted: 4, error_1: 5, error_2: 6, error_3: 7, error_4: 8, error_5: 9,
    }
    /// The transaction set that is answered.
    AnsweredSet = "AK2" { set_id: 1, control: 2, version: 3 }
    /// The answer to a transaction set.
    SetAnswer = "IK5" { answer: 1, error_1: 2, error_2: 3, error_3: 4, error_4: 5, error_5: 6 }
    /// A segment in error.
    SegmentError = "IK3" { segment: 1, position: 2, loop_id: 3, code: 4 }
    /// An element in error.
    ElementError = "IK4" { element: 1-1, component: 1-2, repetition: 1-3, number: 2, code: 3, value: 4 }
}

loops! {
    /// A 999.
    SyntaxAnswer = [""] {
        group: Option<AnsweredGroup>,
        sets: Vec<AnsweredTransaction>,
        answer: Option<GroupAnswer>,
    }
    /// 999 2000.
    AnsweredTransaction = ["2000"] {
        set: Option<AnsweredSet>,
        segments: Vec<SegmentInError>,
        answer: Option<SetAnswer>,
    }
    /// 999 2100.
    SegmentInError = ["2100"] {
        error: Option<SegmentError>,
        context: Vec<Context>,
        elements: Vec<ElementInError>,
    }
    /// 999 2110.
    ElementInError = ["2110"] { error: Option<ElementError>, context: Vec<Context> }
}

documents! {
    SyntaxAnswer = "999" "FA" ["005010X231"];
}
