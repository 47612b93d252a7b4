#!/usr/bin/env bash
# Builds both environments: .venv (Python 3.11, everything of ours) and .venv-rasa (Python 3.10, Rasa 3.6.21 alone).
# Runs again at no cost: a stamp in each environment names the requirements it was built from.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; exit 1; }

app_stamp=$(cat requirements/test.txt pyproject.toml | sha256sum | cut -d' ' -f1)
rasa_stamp=$(cat requirements/rasa.txt knowledge/search/word_table.py | sha256sum | cut -d' ' -f1)
fresh() { [ "$(cat "$1/.stamp" 2>/dev/null)" = "$2" ]; }
if fresh .venv "$app_stamp" && fresh .venv-rasa "$rasa_stamp"; then exit 0; fi

free_mb=$(df -Pm . | awk 'NR==2 {print $4}')
[ "$free_mb" -ge 8000 ] || fail "磁盘只剩 ${free_mb} MB：两个运行环境约需 5 GB，请腾出至少 8 GB 再试。"

find_python() { # find_python 3.11 -> a path that really runs, or nothing
  local candidate
  for candidate in "python$1" "$HOME"/.pyenv/versions/"$1".*/bin/python "${PYENV_ROOT:-/nonexistent}"/versions/"$1".*/bin/python; do
    if "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
      command -v "$candidate"; return
    fi
  done
}

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  [ -x .tools/bin/uv ] || {
    base=$(find_python 3.11 || true)
    base=${base:-$(command -v python3 || true)}
    [ -n "$base" ] || fail "没有找到 Python。请先安装 Python 3.11 和 3.10（例如用 pyenv），再运行 make run。"
    say "正在准备安装工具 uv……"
    "$base" -m venv .tools && .tools/bin/python -m pip install -q uv
  }
  uv=.tools/bin/uv
fi
# uv does not read pip's folder of wheels; a CPU build of torch may lie there.
if [ -n "${PIP_FIND_LINKS:-}" ]; then export UV_FIND_LINKS="$PIP_FIND_LINKS"; fi

interpreter() { # a Python of that version, from here or fetched by uv
  local found
  found=$(find_python "$1" || true)
  if [ -z "$found" ]; then
    "$uv" python install -q "$1" >/dev/null 2>&1 || fail "没有找到 Python $1，也下载不到。请安装后再试，例如：pyenv install $1"
    found=$("$uv" python find "$1")
  fi
  printf '%s' "$found"
}

build() { # build DIR VERSION REQUIREMENTS STAMP
  fresh "$1" "$4" && return
  say "正在安装 $1（Python $2）……"
  local python; python=$(interpreter "$2")
  rm -rf "$1"
  "$uv" venv -q --python "$python" "$1"
  "$uv" pip install --python "$1/bin/python" -r "$3" || fail "$1 安装失败：请看上面的输出（常见原因：网络中断，重试即可）。"
}

if ! ls ${PIP_FIND_LINKS:-/nonexistent}/torch-2.13.0*cpu*cp311* >/dev/null 2>&1; then
  say "提示：没有找到 CPU 版 torch，将下载完整版（约 3 GB，安装后约 6 GB），首次启动会超过 6 分钟。"
fi
build .venv 3.11 requirements/test.txt "$app_stamp"
if ! fresh .venv "$app_stamp"; then
  "$uv" pip install -q --python .venv/bin/python --no-deps -e .
  printf '%s' "$app_stamp" > .venv/.stamp
fi
build .venv-rasa 3.10 requirements/rasa.txt "$rasa_stamp"
# Rasa's classifier averages word vectors; they come from the encoder's weights, which only the other environment has.
.venv/bin/python -m knowledge.search.word_table .venv-rasa/share/xiaofa/words.npz
printf '%s' "$rasa_stamp" > .venv-rasa/.stamp
say "运行环境已就绪。"
