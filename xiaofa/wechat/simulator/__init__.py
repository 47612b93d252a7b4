"""A local WeChat: the API server, the sender of pushes, and what the people in front of it see.

It is the other side of the wire, written from the protocol and on purpose without our channel's own crypto and parsing:
a mistake there cannot hide by being made twice. The tests use it (tests/fakes/wechat.py), and `xiaofa wechat simulate`.
"""

from xiaofa.wechat.simulator.platform import Fault, Shown, SimulatedWeChat
from xiaofa.wechat.simulator.sender import Delivery, Sender, Try

__all__ = ["Delivery", "Fault", "Sender", "Shown", "SimulatedWeChat", "Try"]
