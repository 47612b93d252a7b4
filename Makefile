# 龙华小法。make 列出全部目标；两条命令：make run、make test。
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
RASA := RASA_TELEMETRY_ENABLED=false PYTHONPATH=. SQLALCHEMY_SILENCE_UBER_WARNING=1 .venv-rasa/bin/python -m rasa
export TOKENIZERS_PARALLELISM := false
# Empty counts as unset: without compiled modules every process compiles thousands of files anew.
export PYTHONDONTWRITEBYTECODE :=
# Tests write thousands of small databases, each commit waits for the disk; in memory, where there is enough, it does not.
export PYTEST_DEBUG_TEMPROOT := $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 >= 2000 { print "/dev/shm" }')

.PHONY: help setup run train index test test-unit test-packages check check-types check-lint check-rasa check-knowledge bench chaos encoder lock clean

help: ## 列出目标
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: ## 建好两个运行环境（Python 3.11 与 3.10）
	@deploy/setup.sh

run: setup ## 启动龙华小法：建索引、训练、五个进程，就绪后给出地址
	@.venv/bin/xiaofa run --check
	@.venv/bin/xiaofa prepare
	@exec .venv/bin/xiaofa run

train: setup ## 训练 Rasa（数据没变就跳过）
	@.venv/bin/xiaofa train

index: setup ## 建立法条库与检索索引（全部法条）
	@.venv/bin/xiaofa index --all

test-packages: ## 测试要的 Debian 软件包：无界面的 Chromium、PostgreSQL（要 root）
	@deploy/test-packages.sh

test: setup test-packages ## 全部测试：单元、集成、Rasa、浏览器、真实进程
	@deploy/test.sh

test-unit: setup ## 只跑单元测试
	@$(PY) -m pytest tests/unit -n auto --dist loadfile

check: setup ## ruff、mypy、rasa data validate、内容检查、引入规则
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-types check-lint check-rasa check-knowledge

check-types: # the longest: first, the others beside it
	$(PY) -m mypy

check-lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m pytest -q tests/unit/test_import_rules.py

check-rasa:
	$(RASA) data validate --quiet

# A pinned day: a law that changes tonight is warned of for 120 days and turns no commit red that touched nothing.
check-knowledge:
	.venv/bin/xiaofa knowledge check --quiet --on 2026-11-28

bench: setup ## 测速：微信渠道的压力、一万个案件的队列、五十名律师同时在工作台、体检报告、随文档增长、检索、冷启动、一轮对话、吞吐（教程机器人同场对照）、内存、便宜手机；有 ../shared/eval 时连同 xiaofa eval，最后合成一张表（约一小时，要机器空闲；先 .venv/bin/xiaofa statutes import ../shared/statutes，才是四万八千条法条的数字）
	@.venv/bin/xiaofa index
	@missed=0; for part in tests.bench.wechat tests.bench.cases tests.bench.office tests.bench.reports tests.bench.growth tests.bench; do \
		$(PY) -m $$part || missed=1; done; exit $$missed

chaos: setup ## 一千次带种子的 kill -9，PostgreSQL 与真实进程上也演（停了再运行接着做），核对送出的与存下的；结果写入 tests/chaos/result.json
	@$(PY) -m tests.chaos

encoder: setup ## 重新训练句向量的适配器（QUESTIONS=带法条的问题文件；两个核约两个半小时），再学一遍排序与把握；之后跑 xiaofa index --pack
	@.venv/bin/xiaofa encoder $(if $(QUESTIONS),--questions $(QUESTIONS))
	@.venv/bin/xiaofa asking $(if $(QUESTIONS),--questions $(QUESTIONS))
	@.venv/bin/xiaofa tune

lock: setup ## 重新锁定三份依赖
	@deploy/lock.sh

clean: ## 删除一次运行写下的一切（对话、索引、模型）
	@printf '将删除 var/ 与 models/（包括全部对话），回车继续，Ctrl-C 放弃 '; read -r _; rm -rf var models
