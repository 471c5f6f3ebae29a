# A thin front of the CMake presets and scripts/.
.PHONY: all demo test check asan tsan coverage fuzz format check-format tidy clean help
.DEFAULT_GOAL := all

all: ## build/nawqsr, Release
	@scripts/setup.sh
	cmake --preset release
	cmake --build --preset release --target nawqsr

demo: ## upscale the bundled photo
	@scripts/demo.sh

test: ## every test
	@scripts/test.sh

check: ## everything that must pass before a merge (.ci/run)
	@.ci/run

asan tsan: ## the fast tests under a sanitizer
	@scripts/setup.sh
	@scripts/sanitize.sh $@

coverage: ## line coverage of the tests, per file
	@scripts/setup.sh --ci
	cmake --preset coverage
	cmake --build --preset coverage
	ctest --preset coverage --parallel 2
	gcovr --gcov-executable gcov-12 --root . --filter src/ --filter apps/ --exclude '.*_test\.cc' build-coverage

fuzz: ## every fuzzer for a minute
	@scripts/setup.sh --ci
	@scripts/fuzz.sh 60

format check-format tidy: ## clang-format, the same as a check, clang-tidy
	@scripts/setup.sh --ci
	@scripts/style.sh $@

clean: ## remove all build folders and out/
	rm -rf build build-* out

help: ## this list
	@sed -n 's/^\([a-z -]*\):.*## /\1: /p' $(MAKEFILE_LIST)
