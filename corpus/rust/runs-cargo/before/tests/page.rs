#[test]
fn the_page_has_a_heading() {
    assert!(include_str!("../src/page.html").starts_with("<h1>"));
}
