"""Trains the encoder's adapter: LoRA (Hu et al. 2021, arXiv:2106.09685) on all linear layers, word embeddings frozen.

Several processes of one thread each, their gradients averaged: threads of one process would wait for each other whenever
anything else wants a core. Loss: each question against every passage of its batch, right ones and mined near misses alike (InfoNCE); passages that also
answer the question are left out of the comparison. A checkpoint is written as it goes, so that a run cut off still gives an
adapter.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from torch.multiprocessing.spawn import spawn

from knowledge.search.adapter import WEIGHTS
from knowledge.search.training.pairs import Asked, Lessons, Task, batches

RANK, ALPHA = 32, 64
LAYERS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
RATE, TEMPERATURE, BATCH, WARM_UP = 4e-4, 0.03, 24, 0.06  # BATCH: questions in each process
ASKING_TEMPERATURE, ASKED_BATCH, FRESH = (
    0.04,
    48,
    4,
)  # wordings in each process; of FRESH of them the FAQs are embedded anew
REMEMBERED = 100  # steps for which the vectors of the other FAQs are good
QUERY_TOKENS, PASSAGE_TOKENS = 48, 160
CHECKPOINT = 50  # steps


class Trainer:
    """One model being trained, process `rank` of `world`; `start`: the adapter to go on from; `seed` fixes batches and
    initial weights."""

    def __init__(self, base: Path, start: Path | None, seed: int, rank: int = 0, world: int = 1) -> None:
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self._seed, self._rank, self._world = seed, rank, world
        self._base = base.name
        self._sentence = SentenceTransformer(str(base), device="cpu", model_kwargs={"attn_implementation": "sdpa"})
        self._tokenizer = self._sentence.tokenizer
        transformer: Any = self._sentence[0]
        bert = transformer.auto_model
        fresh = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=LAYERS, bias="none")
        self.model = (
            PeftModel.from_pretrained(bert, str(start), is_trainable=True, torch_device="cpu")
            if start
            else get_peft_model(bert, fresh)
        )
        self._half = bool(torch.cpu.get_capabilities().get("avx512_bf16"))

    def vectors(self, texts: Sequence[str], longest: int, size: int = 8) -> torch.Tensor:
        """(n, d) unit vectors with gradients, in small batches of like length so that little is padded."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = []
        for start in range(0, len(order), size):
            rows = [texts[i] for i in order[start : start + size]]
            batch = self._tokenizer(rows, padding=True, truncation=True, max_length=longest, return_tensors="pt")
            hidden = self.model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).float()
            parts.append((hidden.float() * mask).sum(1) / mask.sum(1))
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return torch.nn.functional.normalize(torch.cat(parts), dim=-1)[back]

    def loss(self, batch: Sequence[tuple[Task, str, str]]) -> torch.Tensor:
        """Of questions and articles."""
        questions = self.vectors([f"query: {task.question}" for task, _, _ in batch], QUERY_TOKENS, 16)
        keys = list(dict.fromkeys([right for _, right, _ in batch] + [wrong for _, _, wrong in batch]))
        texts = batch[0][0].texts
        passages = self.vectors([f"passage: {texts[key]}" for key in keys], PASSAGE_TOKENS)
        with torch.autocast("cpu", enabled=False):
            scores = questions @ passages.T / TEMPERATURE
        at = {key: number for number, key in enumerate(keys)}
        for row, (task, right, _) in enumerate(batch):
            for key in task.right:
                if key != right and key in at:
                    scores[row, at[key]] = -torch.inf
        wanted = torch.tensor([at[right] for _, right, _ in batch])
        return torch.nn.functional.cross_entropy(scores, wanted)

    def asking_loss(self, asked: Asked, batch: Sequence[int]) -> torch.Tensor:
        """Of wordings and FAQs: each wording against what every FAQ says. Embedding them all at every step would take a minute;
        those of a few wordings and their worst rivals are embedded anew, the others are remembered."""
        questions = self.vectors([f"query: {asked.wordings[i]}" for i in batch], QUERY_TOKENS, len(batch))
        owners = torch.tensor([asked.owners[i] for i in batch])
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            rivals = (questions @ self._said.T).scatter(1, owners[:, None], -1.0).argmax(1)
        fresh = torch.unique(torch.cat([owners[:FRESH], rivals[:FRESH]]))
        vectors = self._say(asked, fresh.tolist())
        self._said[fresh] = vectors.detach()
        with torch.autocast("cpu", enabled=False):
            scores = questions @ self._said.clone().index_copy(0, fresh, vectors).T / ASKING_TEMPERATURE
        return torch.nn.functional.cross_entropy(scores, owners)

    def _say(self, asked: Asked, which: Sequence[int]) -> torch.Tensor:
        return self.vectors([f"passage: {asked.documents[i]}" for i in which], PASSAGE_TOKENS)

    def _remember(self, asked: Asked) -> None:
        """Embeds what all FAQs say, each process its share."""
        share = [torch.arange(len(asked.documents))[rank :: self._world] for rank in range(self._world)]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            mine = self._say(asked, share[self._rank].tolist())
        self._said = torch.zeros(len(asked.documents), mine.shape[1])
        self._said[share[self._rank]] = mine
        if self._world > 1:
            torch.distributed.all_reduce(self._said)

    def run(self, lessons: Lessons, into: Path) -> None:
        """Writes the adapter to `into`."""
        asked = lessons.asked
        steps: list[list[tuple[Task, str, str]] | list[int]] = [
            batch
            for tasks, again in lessons.citing
            for n in range(again)
            for batch in batches(tasks, BATCH * self._world, self._seed + n)
        ]
        for _ in range(lessons.asked_times):
            order = torch.randperm(len(asked.wordings)).tolist()
            size = ASKED_BATCH * self._world
            steps += [order[start : start + size] for start in range(0, len(order) - size // 2, size)]
        mixed = [steps[i] for i in torch.randperm(len(steps)).tolist()]

        def loss(number: int) -> torch.Tensor:
            if number % REMEMBERED == 0:
                self._remember(asked)
            mine = mixed[number][self._rank :: self._world]
            with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
                return self.asking_loss(asked, mine) if isinstance(mine[0], int) else self.loss(mine)

        self.learn(len(mixed), loss, into)

    def learn(self, steps: int, loss: Callable[[int], torch.Tensor], into: Path) -> None:
        """Goes down the loss of every step, 0 to `steps`, and writes the adapter to `into`."""
        learned = [p for p in self.model.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
        warm = max(1, int(steps * WARM_UP))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser,
            lambda n: min(1.0, (n + 1) / warm) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * n / steps))),
        )
        self.model.eval()  # no dropout: on a CPU it costs as much again, and two thousand questions gain nothing by it
        started, mean = time.monotonic(), 0.0
        for number in range(1, steps + 1):
            optimiser.zero_grad()
            value = loss(number - 1)
            value.backward()  # type: ignore[no-untyped-call]
            self._average(learned)
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            schedule.step()
            mean += (float(value.detach()) - mean) / min(number, 25)
            if number % 10 == 0 and self._rank == 0:
                spent = time.monotonic() - started
                left = spent / number * (steps - number)
                print(f"{number}/{steps} 损失 {mean:.3f} 已用 {spent:.0f} s 还要 {left:.0f} s", flush=True)
            if number % CHECKPOINT == 0:
                self.save(into)
        self.save(into)

    def _average(self, learned: Sequence[torch.nn.Parameter]) -> None:
        """The mean of all processes' gradients."""
        if self._world == 1:
            return
        flat = torch.cat([p.grad.flatten() for p in learned if p.grad is not None])
        torch.distributed.all_reduce(flat)
        flat /= self._world
        at = 0
        for parameter in learned:
            if parameter.grad is not None:
                parameter.grad.copy_(flat[at : at + parameter.numel()].view_as(parameter))
                at += parameter.numel()

    def save(self, into: Path) -> None:
        """In half precision: what the encoder is told apart by needs no more."""
        if self._rank:
            return
        into.mkdir(parents=True, exist_ok=True)
        state = {name: tensor.half() for name, tensor in get_peft_model_state_dict(self.model).items()}
        save_file(state, into / WEIGHTS)
        config = self.model.peft_config["default"]
        config.base_model_name_or_path = self._base
        config.save_pretrained(str(into))


def train(base: Path, start: Path | None, lessons: Lessons, into: Path, *, seed: int, processes: int) -> None:
    """Trains in `processes` processes and writes the adapter to `into`."""
    together(_one, (base, start, lessons, into, seed), processes)


def together(one: Callable[..., None], given: Sequence[object], processes: int) -> None:
    """Runs `one(rank, world, *given)` in as many processes, which can average their gradients."""
    with tempfile.TemporaryDirectory() as folder:
        spawn(_met, (one, processes, f"file://{folder}/meeting", given), nprocs=processes)  # type: ignore[no-untyped-call]


def _met(rank: int, one: Callable[..., None], world: int, where: str, given: Sequence[object]) -> None:
    torch.distributed.init_process_group("gloo", init_method=where, rank=rank, world_size=world)
    one(rank, world, *given)
    torch.distributed.destroy_process_group()


def _one(rank: int, world: int, base: Path, start: Path | None, lessons: Lessons, into: Path, seed: int) -> None:
    Trainer(base, start, seed, rank, world).run(lessons, into)
