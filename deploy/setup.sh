#!/usr/bin/env bash
# Builds both environments: .venv (Python 3.11, everything of ours) and .venv-rasa (Python 3.10, Rasa 3.6.21 alone).
# Runs again at no cost: a stamp in each environment names the requirements it was built from.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; exit 1; }
trap 'exit 130' INT # a step that takes Ctrl-C for a failure of its own is not tried once more

app_stamp=$(cat requirements/test.txt pyproject.toml | sha256sum | cut -d' ' -f1)
rasa_stamp=$(cat requirements/rasa.txt knowledge/search/word_table.py | sha256sum | cut -d' ' -f1)
fresh() { [ "$(cat "$1/.stamp" 2>/dev/null)" = "$2" ]; }
if fresh .venv "$app_stamp" && fresh .venv-rasa "$rasa_stamp"; then exit 0; fi

if fresh .venv "$app_stamp" || ls ${PIP_FIND_LINKS:-/nonexistent}/torch-2.13.0*cpu*cp311* >/dev/null 2>&1; then
  takes_gb=5 needed_gb=8
else
  takes_gb=10 needed_gb=13
  say "提示：没有找到 CPU 版 torch，将下载完整版（约 3 GB，安装后约 6 GB），首次启动会超过 6 分钟。"
fi
free_mb=$(df -Pm . | awk 'NR==2 {print $4}')
[ "$free_mb" -ge $((needed_gb * 1000)) ] ||
  fail "磁盘只剩 ${free_mb} MB：两个运行环境约需 ${takes_gb} GB，请腾出至少 ${needed_gb} GB 再试。"

disk_full="磁盘满了：安装到一半没有空间了。请腾出至少 ${needed_gb} GB 再运行一次（下载缓存可以用 uv cache clean 清掉）。"
because() { # because SAID LINE: fails with LINE, or with the full disk's where SAID tells of one
  case $1 in *"No space left"* | *"Disk quota exceeded"*) fail "$disk_full" ;; esac
  fail "$2"
}
quietly() { # quietly LINE COMMAND…: a short step; LINE and its last words where it failed
  local line=$1 said; shift
  said=$("$@" 2>&1) || because "$said" "$line（${said##*$'\n'}）"
}
loudly() { # loudly LINE COMMAND…: a long step, its progress shown; tried once more, for a broken line and to hear what is wrong
  local line=$1 said; shift
  "$@" >&2 && return
  say "没有成功，再试一次……"
  said=$("$@" 2>&1) || because "$said" "$line"
}
stamp() { printf '%s' "$2" 2>/dev/null > "$1/.stamp" || fail "$disk_full"; }

find_python() { # find_python 3.11 [MODULE] -> a path that really runs (and has that module), or nothing
  local candidate
  for candidate in "python$1" "$HOME"/.pyenv/versions/"$1".*/bin/python "${PYENV_ROOT:-/nonexistent}"/versions/"$1".*/bin/python; do
    if "$candidate" -c "import sys${2:+, $2}; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
      command -v "$candidate"; return
    fi
  done
}

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
  [ -x .tools/bin/uv ] || {
    base=$(find_python 3.11 ensurepip)
    base=${base:-$(find_python 3.10 ensurepip)}
    base=${base:-$(command -v python3 || true)}
    [ -n "$base" ] || fail "没有找到 Python。请先安装 Python 3.11 和 3.10（例如用 pyenv），再运行 make run。"
    say "正在准备安装工具 uv……"
    "$base" -c "import ensurepip, venv" 2>/dev/null ||
      fail "$base 不带 venv，装不了安装工具 uv：请先运行 apt-get install python3-venv（要 root），或者自己装好 uv。"
    quietly "$base 建不起安装工具的环境 .tools。" "$base" -m venv --clear .tools
    quietly "下载不到安装工具 uv：请检查网络和代理设置再运行一次，或者自己装好 uv。" .tools/bin/python -m pip install -q uv
  }
  uv=.tools/bin/uv
fi
# uv does not read pip's folder of wheels; a CPU build of torch may lie there.
if [ -n "${PIP_FIND_LINKS:-}" ]; then export UV_FIND_LINKS="$PIP_FIND_LINKS"; fi

interpreter() { # a Python of that version, from here or fetched by uv
  local found
  found=$(find_python "$1" || true)
  if [ -z "$found" ]; then
    say "没有找到 Python $1，正在下载……"
    loudly "没有找到 Python $1，也下载不到。请安装后再试，例如：pyenv install $1" "$uv" python install "$1"
    found=$("$uv" python find "$1")
  fi
  printf '%s' "$found"
}

build() { # build DIR VERSION REQUIREMENTS STAMP
  fresh "$1" "$4" && return
  say "正在安装 $1（Python $2）……"
  local python; python=$(interpreter "$2")
  rm -rf "$1"
  quietly "$1 建不起来。" "$uv" venv -q --python "$python" "$1"
  loudly "$1 安装失败：请看上面的输出（常见原因：网络中断，重试即可）。" "$uv" pip install --python "$1/bin/python" -r "$3"
}

build .venv 3.11 requirements/test.txt "$app_stamp"
if ! fresh .venv "$app_stamp"; then
  quietly ".venv 里装不上本项目：常见原因是网络中断，重试即可。" "$uv" pip install -q --python .venv/bin/python --no-deps -e .
  stamp .venv "$app_stamp"
fi
build .venv-rasa 3.10 requirements/rasa.txt "$rasa_stamp"
# Rasa's classifier averages word vectors; they come from the encoder's weights, which only the other environment has.
quietly "没有做成 Rasa 用的词向量表。" .venv/bin/python -m knowledge.search.word_table .venv-rasa/share/xiaofa/words.npz
stamp .venv-rasa "$rasa_stamp"
say "运行环境已就绪。"
