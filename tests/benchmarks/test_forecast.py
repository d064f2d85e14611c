"""The arithmetic of `benchmarks.scale`."""

from benchmarks.forecast import Demand, forecast


def test_pages_and_purchases_add_up() -> None:
    """7,200 partners with a page and half a purchase an hour: two pages and one purchase a second."""
    figures = {
        "page, not cached: gateway CPU ms": 10.0,
        "page, not cached: nginx CPU ms": 5.0,
        "page, not cached: GET /v1/customers/{id} of Partner Center": 1.0,
        "page, not cached: GET /v1/customers/{id}/carts/{id} of Partner Center": 2.0,
        "purchase: gateway CPU ms": 40.0,
        "purchase: Redis CPU ms": 2.0,
        "purchase: POST /v1/customers/{id}/carts of Partner Center": 5.0,
        "purchase: POST /v1/customers/{id}/carts/{id}/checkout of Partner Center": 1.0,
        "purchase: calls of the store": 20.0,
        "purchase: bytes of records": 2.0**30 / (7200 * 0.5 * 64),
    }

    lines = forecast(Demand(partners=7200, pages=1, purchases=0.5), figures).splitlines()

    assert [line.strip() for line in lines] == [
        "7,200 partners, each with 1 pages and 0.5 purchases in the same hour:",
        "2.0 pages and 1.0 purchases a second",
        "processors: gateway 0.06, nginx 0.01, Redis 0.002; 0.1 replicas, 60% busy, of which each can show 60 pages a second",
        (
            "store: 20 calls a second; 230,400 purchases with 1.0 GiB of records in 8 days with 8 such hours each; "
            "one Redis can take 500 purchases a second"
        ),
        (
            "Partner Center: 12 calls a second, 4 in flight if each takes 0.3 s; for one partner 0.1 a minute, of which "
            "0.02 to the customer resource; its quota of 500 a minute, if shared, would do for 30000 such partners"
        ),
    ]
