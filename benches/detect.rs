//! How fast the detector reads.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use outstay::detect::{Detector, Input, Syntax};
use outstay::model::Timestamp;
use outstay::rules::RulePack;

fn detection(criterion: &mut Criterion) {
    let pack = RulePack::embedded().unwrap_or_default();
    let detector = Detector::new(&pack, Timestamp(1_767_225_600));
    let line = "    let response = client.get(url).header(\"accept\", \"text/html\").send().map_err(Error::from)?;\n";
    let text = line.repeat(20_000);
    let mut group = criterion.benchmark_group("detect");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("source", |bencher| {
        let input = Input { bytes: text.as_bytes(), body: 0..text.len(), syntax: Syntax::Code };
        bencher.iter(|| black_box(detector.examine(&input)));
    });
    group.finish();
}

criterion_group!(benches, detection);
criterion_main!(benches);
