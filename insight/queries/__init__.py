from insight.queries.my_work import MyWorkPage, my_work_page
from insight.queries.search import SearchPage, search_page

__all__ = ["MyWorkPage", "SearchPage", "my_work_page", "search_page"]
