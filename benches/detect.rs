//! How fast the parts are: detection by kind of text, the parsers, the readers, start-up, the whole pipeline.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has nothing to measure")]

mod inputs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use outstay::detect::{Detector, Input, Syntax};
use outstay::document::{Format, parse};
use outstay::lifetime::jwt;
use outstay::rules::{RulePack, TEST_CLOCK};
use outstay::scan::{self, Plan, scan};

use inputs::Maker;

/// The embedded rules. Without them every figure would be that of an empty detector.
fn pack() -> RulePack {
    let pack = RulePack::embedded().unwrap();
    assert!(pack.kinds.len() > 50 && !pack.rules.is_empty(), "the embedded rules are not there");
    pack
}

fn detection(criterion: &mut Criterion) {
    let pack = pack();
    let detector = Detector::new(&pack, TEST_CLOCK);
    let maker = Maker::new(&pack);
    let mut group = criterion.benchmark_group("detect");
    for (name, syntax, text, least) in [
        ("prose", Syntax::Config, maker.prose(), 0),
        ("source code", Syntax::Code, maker.code(), 0),
        ("minified script", Syntax::Code, maker.minified(), 0),
        ("json", Syntax::Config, maker.json(), 0),
        ("base64", Syntax::Config, maker.base64(), 0),
        ("findings", Syntax::Config, maker.findings(), 1_000),
    ] {
        let input = Input { bytes: text.as_bytes(), body: 0..text.len(), syntax };
        let kept = detector.examine(&input).iter().filter(|found| found.dropped.is_none()).count();
        assert!(kept >= least, "{name}: {kept} found where {least} stand");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(detector.examine(&input))));
    }
    group.finish();
}

fn documents(criterion: &mut Criterion) {
    let pack = pack();
    let maker = Maker::new(&pack);
    let mut group = criterion.benchmark_group("document");
    for (name, format, text) in [
        ("json", Format::Json, maker.json()),
        ("yaml", Format::Yaml, maker.yaml()),
        ("toml", Format::Toml, maker.toml()),
        ("dotenv", Format::Dotenv, maker.dotenv()),
        ("ini", Format::Ini, maker.ini()),
        ("dockerfile", Format::Dockerfile, maker.dockerfile()),
    ] {
        let document = parse(format, &text);
        assert!(document.problem.is_none() && document.len() > 1_000, "{name}: {:?}", document.problem);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(parse(format, &text))));
    }
    group.finish();
}

fn readers(criterion: &mut Criterion) {
    let pack = pack();
    let token = Maker::new(&pack).expand(r#"«jwt:{"iss":"i","sub":"s","aud":"a","exp":1767229200}»"#);
    assert!(jwt::read(token.as_bytes()).is_some());
    let mut group = criterion.benchmark_group("reader");
    group.throughput(Throughput::Bytes(token.len() as u64));
    group.bench_function("jwt", |bencher| bencher.iter(|| black_box(jwt::read(token.as_bytes()))));
    group.finish();
}

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.bench_function("rules", |bencher| bencher.iter(|| black_box(pack())));
    let pack = pack();
    group.bench_function("detector", |bencher| {
        bencher.iter(|| black_box(Detector::new(&pack, TEST_CLOCK).now()));
    });
    group.finish();
}

fn pipeline(criterion: &mut Criterion) {
    let pack = pack();
    let tree = Maker::new(&pack).tree();
    let bytes: usize = tree.iter().map(|(_, text)| text.len()).sum();
    let run = || {
        let texts = tree.iter().map(|(path, text)| scan::Text::new(path, text.clone()));
        scan(&Plan::plain(&pack, scan::Input::Texts(texts.collect()), TEST_CLOCK)).unwrap()
    };
    assert!(!run().findings.is_empty(), "the tree holds findings");
    let mut group = criterion.benchmark_group("pipeline");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("tree in memory", |bencher| bencher.iter(|| black_box(run())));
    group.finish();
}

criterion_group!(benches, detection, documents, readers, start, pipeline);
criterion_main!(benches);
