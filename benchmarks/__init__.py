"""The figures that ./lab bench prints: each page of the product beside a floor, measured in one run.

No test looks at a time. What a test can hold (statements of each page) is in tests/house/test_query_counts.py.
"""
