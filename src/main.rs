//! The program `wenzheng`.

fn main() -> std::process::ExitCode {
    wenzheng::cli::run()
}
