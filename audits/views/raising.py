from django.http import Http404, HttpRequest, HttpResponse


def finding_raise(request: HttpRequest, code: str, position: int) -> HttpResponse:
    raise Http404
