"""An invented network to try things in: `seed()` builds it, `demo_people()` says who can sign in.

Every person, ministry, laboratory and finding in it is made up.
"""

from labaudit.demo.people import demo_people
from labaudit.demo.seeding import seed

__all__ = ["demo_people", "seed"]
