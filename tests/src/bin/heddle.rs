//! The heddle command, built as a binary of the test package.

fn main() -> std::process::ExitCode {
    heddle::main()
}
