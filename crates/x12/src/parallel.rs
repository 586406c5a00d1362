//! Judging on several threads, transaction set by transaction set, with the report that one thread gives.
//!
//! The file is read in order and cut before transaction sets, where it looks as if one began. Workers judge these apart.
//! One thread reads the whole file all the same, envelopes first, and takes over what a worker found when it meets the
//! transaction set the worker took it for. Where it does not (a wrong guess, a set without its SE, a payment sent
//! twice), it judges the set itself. So a guess costs time and never changes a finding.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use memchr::memmem;

use crate::engine::{Above, Apart, Engine, Judged};
use crate::finding::Finding;
use crate::lexer::{cut_isa, first_byte, lines, segment_of, starts_interchange};
use crate::lists::Lists;
use crate::segment::{Delimiters, Segment};
use crate::stream::{Event, Reader};
use crate::validate::{Options, Report, validate_each, validate_read};

/// Bytes a worker gets at once, or more where a transaction set is longer.
const CHUNK_BYTES: usize = 1 << 20;

/// Longest transaction set judged apart; a longer one is judged as it is read.
const SET_BYTES_MAX: usize = 8 << 20;

/// Chunks read ahead of each worker's own.
const AHEAD: usize = 2;

/// Judges a file as [`validate_read`] does, on `jobs` threads besides the one that reads.
///
/// # Errors
/// When the source cannot be read.
pub fn validate_parallel(
    source: impl Read,
    options: &Options,
    lists: &(dyn Lists + Sync),
    jobs: NonZeroUsize,
) -> io::Result<Report> {
    if jobs.get() == 1 {
        return validate_read(source, options, lists);
    }
    run(source, options, lists, (jobs.get(), CHUNK_BYTES), None)
}

/// Judges a file as [`validate_each`] does, with the findings in the same order, on `jobs` threads besides the one that
/// reads. It holds some chunks of the file for each of them.
///
/// # Errors
/// When the source cannot be read, or when `give` fails.
pub fn validate_each_parallel(
    source: impl Read,
    options: &Options,
    lists: &(dyn Lists + Sync),
    jobs: NonZeroUsize,
    mut give: impl FnMut(Finding) -> io::Result<()>,
) -> io::Result<Report> {
    if jobs.get() == 1 {
        return validate_each(source, options, lists, give);
    }
    run(source, options, lists, (jobs.get(), CHUNK_BYTES), Some(&mut give))
}

type Give<'g> = &'g mut dyn FnMut(Finding) -> io::Result<()>;

fn run(
    source: impl Read,
    options: &Options,
    lists: &(dyn Lists + Sync),
    (jobs, chunk_bytes): (usize, usize),
    mut give: Option<Give<'_>>,
) -> io::Result<Report> {
    let is_each = give.is_some();
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        let queue = Arc::new(Mutex::new(receiver));
        for _ in 0..jobs {
            let queue = Arc::clone(&queue);
            scope.spawn(move || work(&queue, Apart::new(options, lists, is_each)));
        }
        let mut reader = Reader::new(Ahead::new(Chunks::new(source, chunk_bytes), sender, jobs.saturating_mul(AHEAD)));
        let engine = Engine::new(options, lists);
        let mut engine = if is_each { engine.without_envelopes() } else { engine };
        loop {
            let event = reader.next_event()?;
            let begun = if let Event::Transaction(st) = &event { Some(st.offset()) } else { None };
            let goes_on = engine.take(event);
            let mut adopted = Vec::new();
            if let Some(offset) = begun {
                let above = engine.above(reader.delimiters());
                let judged = reader.source_mut().judged(offset).filter(|judged| Some(&*judged.above) == above.as_ref());
                if let Some(judged) = judged {
                    let end = judged.end;
                    if let Some(findings) = engine.adopt(judged, is_each) {
                        adopted = findings;
                        reader.go_to(end, Ahead::skip);
                    }
                }
            }
            if let Some(give) = &mut give {
                engine.findings().into_iter().chain(adopted).try_for_each(&mut *give)?;
            }
            if !goes_on {
                return Ok(engine.finish());
            }
        }
    })
}

/// A worker: judges chunks until there are no more.
fn work<'o>(queue: &Mutex<Receiver<Job<'o>>>, mut apart: Apart<'o>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { chunk, reply }) = job else { return };
        let ends = chunk.starts.iter().skip(1).map(|next| next.at).chain([chunk.bytes.len()]);
        let sets = chunk.starts.iter().zip(ends);
        let judged = sets.filter_map(|(Start { at, line, above }, end)| {
            apart.judge(chunk.bytes.get(*at..end)?, chunk.base.saturating_add(*at), *line, above)
        });
        // The reader may have given up.
        let _ = reply.send(judged.collect());
    }
}

/// A chunk to be judged, and where to send what was found.
struct Job<'o> {
    chunk: Arc<Chunk>,
    reply: Sender<VecDeque<Judged<'o>>>,
}

/// A part of the file.
#[derive(Default)]
struct Chunk {
    bytes: Vec<u8>,
    /// Where it begins in the file.
    base: usize,
    starts: Vec<Start>,
}

/// Where a transaction set seems to begin.
struct Start {
    at: usize,
    line: usize,
    above: Arc<Above>,
}

/// Cuts a source into chunks, before transaction sets where it can.
struct Chunks<R> {
    source: R,
    chunk_bytes: usize,
    /// What was read beyond the last chunk.
    rest: Vec<u8>,
    /// Memory of a chunk that everybody is done with.
    spare: Vec<u8>,
    base: usize,
    line: usize,
    above: Arc<Above>,
    is_end: bool,
}

impl<R: Read> Chunks<R> {
    fn new(source: R, chunk_bytes: usize) -> Self {
        Self {
            source,
            chunk_bytes,
            rest: Vec::new(),
            spare: Vec::new(),
            base: 0,
            line: 1,
            above: Arc::default(),
            is_end: false,
        }
    }

    fn next(&mut self) -> io::Result<Option<Chunk>> {
        let mut bytes = std::mem::take(&mut self.spare);
        bytes.clear();
        bytes.append(&mut self.rest);
        while !self.is_end {
            let room = self.chunk_bytes;
            let from = bytes.len();
            bytes.reserve(room);
            let read = self.source.by_ref().take(room as u64).read_to_end(&mut bytes)?;
            self.is_end = read < room;
            if self.base == 0 && from == 0 {
                self.open(&bytes, first_byte(&bytes));
            }
            let Delimiters { element, segment, .. } = self.above.delimiters;
            let begin = memmem::rfind_iter(&bytes, &[b'S', b'T', element]).find(|at| begins_at(&bytes, *at, segment));
            if let Some(at) = begin.filter(|at| *at > 0 && !self.is_end) {
                self.rest.extend_from_slice(bytes.get(at..).unwrap_or_default());
                bytes.truncate(at);
                break;
            }
            if bytes.len() >= SET_BYTES_MAX {
                break;
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let base = self.base;
        self.base = base.saturating_add(bytes.len());
        let starts = self.starts(&bytes);
        Ok(Some(Chunk { bytes, base, starts }))
    }

    /// Where transaction sets seem to begin, and what seems to stand above each.
    fn starts(&mut self, bytes: &[u8]) -> Vec<Start> {
        let element = self.above.delimiters.element;
        let mut places: Vec<usize> = memmem::find_iter(bytes, b"ISA").collect();
        for id in [b"GS", b"ST"] {
            // After another ISA another mark may stand there; that is looked at below.
            let marks = [element].into_iter().chain(places_marks(bytes, &places).filter(|mark| *mark != element));
            let found: Vec<usize> = marks.flat_map(|mark| places_of(bytes, [id[0], id[1], mark])).collect();
            places.extend(found);
        }
        places.sort_unstable();
        let mut starts = Vec::new();
        let mut counted = 0;
        for at in places {
            let Delimiters { element, segment, .. } = self.above.delimiters;
            let rest = bytes.get(at..).unwrap_or_default();
            if starts_interchange(rest) {
                self.open(bytes, at);
            } else if begins_at(bytes, at, segment) && rest.get(2) == Some(&element) {
                if rest.starts_with(b"GS") {
                    let raw = rest.split(|byte| *byte == segment).next().unwrap_or_default();
                    let gs = Segment::new(raw, self.above.delimiters, at, true);
                    let [isa, _] = &self.above.receivers;
                    let receivers = [isa.clone(), gs.el(3).to_owned()];
                    let above = Above { receivers, version: gs.el(8).to_owned(), delimiters: gs.delimiters() };
                    self.above = Arc::new(above);
                } else if rest.starts_with(b"ST") {
                    self.line = self.line.saturating_add(lines(bytes.get(counted..at).unwrap_or_default()));
                    counted = at;
                    starts.push(Start { at, line: self.line, above: Arc::clone(&self.above) });
                }
            }
        }
        self.line = self.line.saturating_add(lines(bytes.get(counted..).unwrap_or_default()));
        starts
    }

    /// Takes the delimiters of an ISA that may stand at `at`.
    fn open(&mut self, bytes: &[u8], at: usize) {
        if let Ok((piece, marks)) = cut_isa(bytes, at) {
            let receiver = segment_of(bytes, &piece, &marks, 0).el(8).to_owned();
            let delimiters = marks.delimiters;
            self.above = Arc::new(Above { delimiters, receivers: [receiver, String::new()], version: String::new() });
        }
    }
}

/// The bytes after the letters ISA, which may be element marks.
fn places_marks<'b>(bytes: &'b [u8], places: &'b [usize]) -> impl Iterator<Item = u8> + 'b {
    let mut marks: Vec<u8> = places.iter().filter_map(|at| bytes.get(at.saturating_add(3)).copied()).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.into_iter().filter(|mark| !mark.is_ascii_alphanumeric())
}

fn places_of(bytes: &[u8], needle: [u8; 3]) -> Vec<usize> {
    memmem::find_iter(bytes, &needle).collect()
}

/// Whether a segment may begin at `at`: after a terminator and blanks, or where the bytes begin.
fn begins_at(bytes: &[u8], at: usize, terminator: u8) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    let end = before.iter().rposition(|byte| !matches!(*byte, b'\n' | b'\r') || *byte == terminator);
    end.is_none_or(|end| before.get(end) == Some(&terminator))
}

/// The chunks of a file in order, sent to the workers ahead of being read.
struct Ahead<'o, R> {
    chunks: Chunks<R>,
    jobs: Sender<Job<'o>>,
    /// How many chunks are sent ahead.
    most: usize,
    /// Chunks not yet read, of the first of which `at` bytes were.
    unread: VecDeque<Arc<Chunk>>,
    at: usize,
    /// What workers found or will find in the chunks up to an offset.
    found: VecDeque<(usize, Found<'o>)>,
}

enum Found<'o> {
    Awaited(Receiver<VecDeque<Judged<'o>>>),
    There(VecDeque<Judged<'o>>),
}

impl<'o, R: Read> Ahead<'o, R> {
    fn new(chunks: Chunks<R>, jobs: Sender<Job<'o>>, most: usize) -> Self {
        Self { chunks, jobs, most, unread: VecDeque::new(), at: 0, found: VecDeque::new() }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.unread.len() < self.most {
            let Some(chunk) = self.chunks.next()? else { return Ok(()) };
            let chunk = Arc::new(chunk);
            let (reply, awaited) = channel();
            // Without workers nothing comes back, and the reader judges by itself.
            let _ = self.jobs.send(Job { chunk: Arc::clone(&chunk), reply });
            self.found.push_back((chunk.base.saturating_add(chunk.bytes.len()), Found::Awaited(awaited)));
            self.unread.push_back(chunk);
        }
        Ok(())
    }

    /// What a worker found out about the transaction set at an offset.
    fn judged(&mut self, offset: usize) -> Option<Judged<'o>> {
        while self.found.front().is_some_and(|(end, _)| *end <= offset) {
            self.found.pop_front();
        }
        let (_, found) = self.found.front_mut()?;
        if let Found::Awaited(awaited) = found {
            *found = Found::There(awaited.recv().unwrap_or_default());
        }
        let Found::There(judged) = found else { return None };
        while judged.front().is_some_and(|one| one.offset < offset) {
            judged.pop_front();
        }
        if judged.front()?.offset == offset { judged.pop_front() } else { None }
    }

    /// Passes over bytes of the chunk at hand.
    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }
}

impl<R: Read> Read for Ahead<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.fill()?;
            let Some(chunk) = self.unread.front() else { return Ok(0) };
            let left = chunk.bytes.get(self.at..).unwrap_or_default();
            if left.is_empty() {
                self.at = self.at.saturating_sub(chunk.bytes.len());
                if let Some(Ok(chunk)) = self.unread.pop_front().map(Arc::try_unwrap) {
                    self.chunks.spare = chunk.bytes;
                }
                continue;
            }
            let length = left.len().min(into.len());
            if let (Some(from), Some(to)) = (left.get(..length), into.get_mut(..length)) {
                to.copy_from_slice(from);
            }
            self.at = self.at.saturating_add(length);
            return Ok(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::NoLists;
    use crate::{FileKind, Plan, generate};
    use proptest::prelude::*;

    fn serial(bytes: &[u8], options: &Options) -> (String, String) {
        let mut each = Vec::new();
        let report = validate_each(bytes, options, &NoLists, |finding| {
            each.push(finding);
            Ok(())
        });
        (format!("{:?}", validate_read(bytes, options, &NoLists).unwrap()), format!("{each:?} {:?}", report.unwrap()))
    }

    fn parallel(bytes: &[u8], options: &Options, jobs: usize, chunk_bytes: usize) -> (String, String) {
        let mut each = Vec::new();
        let mut give = |finding| {
            each.push(finding);
            Ok(())
        };
        let report = run(bytes, options, &NoLists, (jobs, chunk_bytes), Some(&mut give)).unwrap();
        let whole = run(bytes, options, &NoLists, (jobs, chunk_bytes), None).unwrap();
        (format!("{whole:?}"), format!("{each:?} {report:?}"))
    }

    fn made(kind: FileKind, claims: u32, seed: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let plan = Plan { per_transaction: 7, defects_per_mille: 300, seed, ..Plan::new(kind, claims) };
        generate(&plan, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn workers_do_the_work() {
        let bytes = made(FileKind::Professional, 70, 3);
        let mut chunks = Chunks::new(bytes.as_slice(), 5_000);
        let (mut sets, mut judged) = (0, 0);
        let options = Options::default();
        let mut apart = Apart::new(&options, &NoLists, true);
        while let Some(chunk) = chunks.next().unwrap() {
            for start in &chunk.starts {
                sets += 1;
                let found = apart.judge(&chunk.bytes[start.at..], chunk.base + start.at, start.line, &start.above);
                judged += usize::from(found.is_some());
            }
        }
        assert_eq!((sets, judged), (10, 10));
    }

    #[test]
    fn findings_beyond_the_limit_are_left_out_alike() {
        let text = String::from_utf8(made(FileKind::Professional, 21, 5)).unwrap();
        let at = text.match_indices("~\nSE*").nth(1).unwrap().0;
        let bytes = [&text[..at], &"~\nZZZ*1".repeat(crate::FINDINGS_MAX + 50), &text[at..]].concat().into_bytes();
        let options = Options::default();
        assert_eq!(parallel(&bytes, &options, 2, 5_000), serial(&bytes, &options));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn the_report_is_that_of_one_thread(
            seeds in prop::collection::vec((0_usize..3, 1_u32..60, any::<u64>()), 1..4),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            cut in prop::option::of(any::<prop::sample::Index>()),
            jobs in 2_usize..5,
            chunk_bytes in 200_usize..20_000,
            has_other_marks: bool,
        ) {
            let kinds = [FileKind::Professional, FileKind::Institutional, FileKind::Remittance];
            let mut bytes = Vec::new();
            for (at, (kind, claims, seed)) in seeds.iter().enumerate() {
                let mut one = made(kinds[*kind], *claims, *seed);
                if has_other_marks && at % 2 == 1 {
                    one.iter_mut().filter(|byte| **byte == b'*').for_each(|byte| *byte = b'|');
                }
                bytes.extend(one);
            }
            for (at, byte) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let options = Options::default();
            prop_assert_eq!(parallel(&bytes, &options, jobs, chunk_bytes), serial(&bytes, &options));
        }
    }
}
