"""For all tests: the pinned day. (tests/rasa has a pytest.ini of its own and needs none.)"""

from tests.fakes.clock import pin

pin()
