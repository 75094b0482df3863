//! What grows with the square of the input, or with the product of two files, is cut and said.

use super::program::{report, tree};

fn workflow(value: &str) -> String {
    format!(
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n    - uses: anthropics/claude-code-action@v1\n      with:\n        x: \"{value}\"\n"
    )
}

#[test]
fn references_in_one_value_are_bounded_and_counted() {
    let value: String = (0..5_000).map(|number| format!("${{{{ secrets.X{number} }}}} ")).collect();
    let directory = tree(&[(".github/workflows/a.yml", &workflow(&value))]);
    let (report, _) = report(directory.path(), &[]);
    let skip = &report["coverage"]["skips"][0];
    assert_eq!(
        (&skip["reason"], &skip["detail"]),
        (&"too-many-findings".into(), &"4900 references more than 1000 in all or 100 in one value".into())
    );
}

#[test]
fn references_in_one_file_are_bounded_and_counted() {
    let services: String = (0..1_500)
        .map(|number| {
            format!("  s{number}:\n    image: x\n    environment:\n      A_TOKEN: ${{V{number}}}\n")
        })
        .collect();
    let directory = tree(&[("compose.yaml", &format!("services:\n{services}"))]);
    let (report, _) = report(directory.path(), &[]);
    let detail = report["coverage"]["skips"][0]["detail"].as_str();
    assert_eq!(detail, Some("500 references more than 1000 in all or 100 in one value"));
}

#[test]
fn what_many_services_take_from_one_file_is_bounded_and_said() {
    let services: String =
        (0..200).map(|number| format!("  s{number}:\n    image: x\n    env_file: .env\n")).collect();
    let variables: String = (0..150).map(|number| format!("A{number}_TOKEN=${{B{number}}}\n")).collect();
    let directory = tree(&[("compose.yaml", &format!("services:\n{services}")), (".env", &variables)]);
    let (report, _) = report(directory.path(), &[]);
    let notes: Vec<&str> =
        report["notes"].as_array().unwrap().iter().filter_map(|note| note["message"].as_str()).collect();
    assert_eq!(
        notes,
        [
            "compose.yaml: what references lead to is followed to 100 places each; 200 of this run lead to more."
        ]
    );
}
